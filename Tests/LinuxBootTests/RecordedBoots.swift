/// What `BootHistoryTests` finds; a failure says what to put here.
let recordedBoots: [String: BootHistoryTests.Figures] = [
  "arm": .init(127, 487, 101, 0xa224_b634_5e0e_9807),
  "arm64": .init(146, 457, 146, 0x5543_78dd_f95b_c9e3),
  "arm64v612": .init(148, 457, 127, 0x7c84_7ab4_f5fb_3e42),
  "riscv64": .init(147, 465, 52, 0xcf51_22fa_69b1_b6a9),
]

/// The same of logs held against other boots.
let recordedComparisons: [String: BootHistoryTests.Figures] = [
  "arm": .init(127, 487, 101, 0xd209_c70a_4293_fc5f),
  "arm64": .init(146, 457, 146, 0xdd7b_36e0_e64f_cb69),
  "arm64v612": .init(148, 457, 127, 0x62c1_3b26_8904_8f4f),
  "riscv64": .init(147, 465, 52, 0x1f9e_a260_b551_d366),
]
