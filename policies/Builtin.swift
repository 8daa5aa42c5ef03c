/// The policy layers that are a part of the program.
public enum BuiltinPolicies {
  /// Each file by its name with its bytes, in the order of the names.
  public static var files: [(name: String, bytes: [UInt8])] {
    [
      ("attachment.yaml", PackageResources.attachment_yaml),
      ("default.yaml", PackageResources.default_yaml),
      ("devices-camera.yaml", PackageResources.devices_camera_yaml),
      ("devices-display.yaml", PackageResources.devices_display_yaml),
      ("devices-network.yaml", PackageResources.devices_network_yaml),
      ("devices-usb.yaml", PackageResources.devices_usb_yaml),
      ("devices-video.yaml", PackageResources.devices_video_yaml),
      ("quirk-allwinner-a20.yaml", PackageResources.quirk_allwinner_a20_yaml),
      ("quirk-nxp-imx8mm.yaml", PackageResources.quirk_nxp_imx8mm_yaml),
      ("quirk-raspberrypi-4.yaml", PackageResources.quirk_raspberrypi_4_yaml),
      ("quirk-samsung-exynos4412.yaml", PackageResources.quirk_samsung_exynos4412_yaml),
    ]
  }
}
