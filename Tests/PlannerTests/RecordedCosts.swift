/// What `SearchCostTests` finds; a failure says what to put here.
let recordedCosts: [String: SearchCostTests.Cost] = [
  "any small, all": .init(steps: 1_024, placed: 93, refused: 107, bases: 0xf839_fa51_dc0e_52a3),
  "any small, counting": .init(steps: 763, placed: 93, refused: 107, bases: 0xf741_6b08_0e57_18fe),
  "any small, exchange": .init(steps: 493, placed: 93, refused: 107, bases: 0x725a_cea2_48a1_aa44),
  "any small, filling": .init(steps: 493, placed: 93, refused: 107, bases: 0x725a_cea2_48a1_aa44),
  "any small, gaps": .init(steps: 653, placed: 93, refused: 107, bases: 0x128e_490a_f273_51c4),
  "any small, greedy": .init(steps: 2_348, placed: 93, refused: 107, bases: 0x5d12_d71c_b35a_d519),
  "any small, memory": .init(steps: 493, placed: 93, refused: 107, bases: 0x725a_cea2_48a1_aa44),
  "any small, none": .init(steps: 493, placed: 93, refused: 107, bases: 0x725a_cea2_48a1_aa44),
  "any small, turns": .init(steps: 493, placed: 93, refused: 107, bases: 0x725a_cea2_48a1_aa44),
  "apart, all": .init(steps: 3_763, placed: 61, refused: 139, bases: 0x93d2_408e_c62e_00c7),
  "apart, counting": .init(steps: 704, placed: 61, refused: 139, bases: 0x3d17_bd6b_3041_b4f4),
  "apart, exchange": .init(steps: 457, placed: 61, refused: 139, bases: 0x483e_c34b_ce71_b2e9),
  "apart, filling": .init(steps: 457, placed: 61, refused: 139, bases: 0x483e_c34b_ce71_b2e9),
  "apart, gaps": .init(steps: 466, placed: 61, refused: 139, bases: 0x483e_c34b_ce71_b2e9),
  "apart, greedy": .init(steps: 4_351, placed: 61, refused: 139, bases: 0x29dc_64fc_88ef_bff4),
  "apart, memory": .init(steps: 457, placed: 61, refused: 139, bases: 0x483e_c34b_ce71_b2e9),
  "apart, none": .init(steps: 457, placed: 61, refused: 139, bases: 0x483e_c34b_ce71_b2e9),
  "apart, turns": .init(steps: 457, placed: 61, refused: 139, bases: 0x483e_c34b_ce71_b2e9),
  "crowded, all": .init(steps: 32_600, placed: 8, refused: 30, bases: 0x2d97_fb15_1fc1_5495),
  "crowded, counting": .init(steps: 28_900, placed: 8, refused: 30, bases: 0x11d7_8e10_c289_5fe6),
  "crowded, exchange": .init(steps: 27_245, placed: 8, refused: 30, bases: 0x340d_8163_5c55_f8fd),
  "crowded, filling": .init(steps: 29_110, placed: 8, refused: 30, bases: 0x340d_8163_5c55_f8fd),
  "crowded, gaps": .init(steps: 31_282, placed: 8, refused: 30, bases: 0x340d_8163_5c55_f8fd),
  "crowded, greedy": .init(steps: 63_221, placed: 7, refused: 30, bases: 0xdd0c_79a1_47d2_69c0),
  "crowded, memory": .init(steps: 24_124, placed: 8, refused: 30, bases: 0x340d_8163_5c55_f8fd),
  "crowded, none": .init(steps: 29_110, placed: 8, refused: 30, bases: 0x340d_8163_5c55_f8fd),
  "crowded, turns": .init(steps: 23_647, placed: 8, refused: 30, bases: 0x340d_8163_5c55_f8fd),
  "equal gaps, all": .init(steps: 20_748, placed: 20, refused: 10, bases: 0x7cbd_0c4f_c816_1e62),
  "equal gaps, counting": .init(
    steps: 19_672,
    placed: 20,
    refused: 10,
    bases: 0x7cbd_0c4f_c816_1e62
  ),
  "equal gaps, exchange": .init(
    steps: 1_521,
    placed: 20,
    refused: 10,
    bases: 0x7cbd_0c4f_c816_1e62
  ),
  "equal gaps, filling": .init(
    steps: 11_037,
    placed: 20,
    refused: 10,
    bases: 0x7cbd_0c4f_c816_1e62
  ),
  "equal gaps, gaps": .init(steps: 6_258, placed: 20, refused: 10, bases: 0xbbc1_92b8_9d98_0f02),
  "equal gaps, greedy": .init(steps: 37_981, placed: 20, refused: 10, bases: 0x7cbd_0c4f_c816_1e62),
  "equal gaps, memory": .init(steps: 5_349, placed: 20, refused: 10, bases: 0x7cbd_0c4f_c816_1e62),
  "equal gaps, none": .init(steps: 19_118, placed: 20, refused: 10, bases: 0x7cbd_0c4f_c816_1e62),
  "equal gaps, turns": .init(steps: 1_518, placed: 20, refused: 10, bases: 0x7cbd_0c4f_c816_1e62),
  "exactly full, all": .init(steps: 78_292, placed: 23, refused: 7, bases: 0xb011_4e16_283c_d495),
  "exactly full, counting": .init(
    steps: 114_865,
    placed: 21,
    refused: 2,
    bases: 0xbbc7_189d_bbd1_bc44
  ),
  "exactly full, exchange": .init(
    steps: 63_745,
    placed: 23,
    refused: 7,
    bases: 0x8698_2c4a_9775_5305
  ),
  "exactly full, filling": .init(
    steps: 101_398,
    placed: 22,
    refused: 2,
    bases: 0x3490_b2fb_55a5_cb3f
  ),
  "exactly full, gaps": .init(steps: 10_922, placed: 23, refused: 7, bases: 0x5489_1658_4654_eede),
  "exactly full, greedy": .init(
    steps: 162_841,
    placed: 21,
    refused: 1,
    bases: 0x40ee_f224_87aa_6c03
  ),
  "exactly full, memory": .init(
    steps: 46_064,
    placed: 23,
    refused: 7,
    bases: 0x8698_2c4a_9775_5305
  ),
  "exactly full, none": .init(steps: 124_471, placed: 21, refused: 2, bases: 0xbbc7_189d_bbd1_bc44),
  "exactly full, turns": .init(steps: 29_176, placed: 23, refused: 7, bases: 0x8698_2c4a_9775_5305),
  "full small, all": .init(steps: 5_259, placed: 178, refused: 22, bases: 0xa8b0_9159_f3ab_a9e5),
  "full small, counting": .init(
    steps: 3_115,
    placed: 178,
    refused: 22,
    bases: 0xce46_df5a_4049_9015
  ),
  "full small, exchange": .init(
    steps: 1_927,
    placed: 178,
    refused: 22,
    bases: 0xf51f_d81e_0292_222e
  ),
  "full small, filling": .init(
    steps: 1_927,
    placed: 178,
    refused: 22,
    bases: 0xf51f_d81e_0292_222e
  ),
  "full small, gaps": .init(steps: 9_300, placed: 178, refused: 22, bases: 0x00ab_bafb_a3ba_a580),
  "full small, greedy": .init(steps: 5_904, placed: 178, refused: 22, bases: 0x95b8_1dec_ebab_3e2e),
  "full small, memory": .init(steps: 1_927, placed: 178, refused: 22, bases: 0xf51f_d81e_0292_222e),
  "full small, none": .init(steps: 1_927, placed: 178, refused: 22, bases: 0xf51f_d81e_0292_222e),
  "full small, turns": .init(steps: 1_927, placed: 178, refused: 22, bases: 0xf51f_d81e_0292_222e),
  "large, all": .init(steps: 116_283, placed: 1, refused: 0, bases: 0x23cb_fcd9_271a_9886),
  "large, counting": .init(steps: 53_936, placed: 3, refused: 0, bases: 0xacf6_32a7_525b_0d30),
  "large, exchange": .init(steps: 49_502, placed: 3, refused: 0, bases: 0xacf6_32a7_525b_0d30),
  "large, filling": .init(steps: 49_492, placed: 3, refused: 0, bases: 0xacf6_32a7_525b_0d30),
  "large, gaps": .init(steps: 61_701, placed: 3, refused: 0, bases: 0xf61a_a8ee_1c45_4359),
  "large, greedy": .init(steps: 114_588, placed: 1, refused: 0, bases: 0x23cb_fcd9_271a_9886),
  "large, memory": .init(steps: 52_436, placed: 3, refused: 0, bases: 0xacf6_32a7_525b_0d30),
  "large, none": .init(steps: 52_488, placed: 3, refused: 0, bases: 0xacf6_32a7_525b_0d30),
  "large, turns": .init(steps: 34_363, placed: 4, refused: 0, bases: 0x5778_654c_49bb_ebdf),
  "nearly full, all": .init(steps: 77_951, placed: 30, refused: 0, bases: 0xf18d_6e83_5a5c_3e80),
  "nearly full, counting": .init(
    steps: 71_956,
    placed: 26,
    refused: 0,
    bases: 0x7fa2_3091_4407_2a75
  ),
  "nearly full, exchange": .init(
    steps: 40_507,
    placed: 29,
    refused: 0,
    bases: 0x389f_252c_b7f2_3912
  ),
  "nearly full, filling": .init(
    steps: 55_061,
    placed: 28,
    refused: 0,
    bases: 0xd639_56cd_43a7_c6b7
  ),
  "nearly full, gaps": .init(steps: 14_833, placed: 30, refused: 0, bases: 0xaeea_1124_e8c5_a6a7),
  "nearly full, greedy": .init(
    steps: 115_986,
    placed: 26,
    refused: 0,
    bases: 0xe264_bff2_cb47_f598
  ),
  "nearly full, memory": .init(steps: 37_767, placed: 30, refused: 0, bases: 0x2a4b_f37a_fcf9_4b13),
  "nearly full, none": .init(steps: 71_021, placed: 26, refused: 0, bases: 0x7fa2_3091_4407_2a75),
  "nearly full, turns": .init(steps: 21_159, placed: 30, refused: 0, bases: 0xd041_0bbb_0cdd_115d),
]

/// A sum over the outcomes of planning for the best placement in few steps.
let recordedRefinements: [String: UInt64] = [
  "any small": 0x6477_ee1c_4767_f084,
  "apart": 0x4a96_4601_a368_2496,
  "crowded": 0x123b_4e59_ef3a_7a85,
  "equal gaps": 0xcc7e_4af2_7c19_cc78,
  "exactly full": 0x0fad_9d36_7cec_b4e0,
  "full small": 0x7f42_51e1_e4ef_0d3b,
  "nearly full": 0x07f6_0383_4161_fce0,
]
