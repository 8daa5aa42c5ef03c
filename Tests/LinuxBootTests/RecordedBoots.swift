/// What `BootHistoryTests` finds; a failure says what to put here.
let recordedBoots: [String: BootHistoryTests.Figures] = [
  "arm": .init(129, 436, 95, 0xb6d5_f4b9_d44c_08fa),
  "arm64": .init(145, 408, 131, 0x5527_7117_12bc_ce9f),
  "arm64v612": .init(145, 408, 124, 0x63ec_ccda_432d_082e),
  "riscv64": .init(145, 413, 55, 0x8db8_45c8_acb9_e7b6),
]

/// The same of logs held against other boots.
let recordedComparisons: [String: BootHistoryTests.Figures] = [
  "arm": .init(129, 436, 95, 0x6519_f558_65c7_594c),
  "arm64": .init(145, 408, 131, 0x8f4c_5bbb_eb34_217c),
  "arm64v612": .init(145, 408, 124, 0xd8bb_243b_54b8_9311),
  "riscv64": .init(145, 413, 55, 0x19b1_a743_179c_5db5),
]
