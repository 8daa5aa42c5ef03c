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
      ("quirk-allwinner-a64.yaml", PackageResources.quirk_allwinner_a64_yaml),
      ("quirk-amlogic-g12b.yaml", PackageResources.quirk_amlogic_g12b_yaml),
      ("quirk-amlogic-s805x.yaml", PackageResources.quirk_amlogic_s805x_yaml),
      ("quirk-nvidia-tegra186.yaml", PackageResources.quirk_nvidia_tegra186_yaml),
      ("quirk-nvidia-tegra194.yaml", PackageResources.quirk_nvidia_tegra194_yaml),
      ("quirk-nxp-imx8mm.yaml", PackageResources.quirk_nxp_imx8mm_yaml),
      ("quirk-nxp-imx8mq.yaml", PackageResources.quirk_nxp_imx8mq_yaml),
      ("quirk-qualcomm-sdm845.yaml", PackageResources.quirk_qualcomm_sdm845_yaml),
      ("quirk-raspberrypi-3.yaml", PackageResources.quirk_raspberrypi_3_yaml),
      ("quirk-raspberrypi-4.yaml", PackageResources.quirk_raspberrypi_4_yaml),
      ("quirk-rockchip-rk3288.yaml", PackageResources.quirk_rockchip_rk3288_yaml),
      ("quirk-rockchip-rk3399.yaml", PackageResources.quirk_rockchip_rk3399_yaml),
      ("quirk-samsung-exynos4412.yaml", PackageResources.quirk_samsung_exynos4412_yaml),
      ("quirk-st-stm32mp157.yaml", PackageResources.quirk_st_stm32mp157_yaml),
      ("quirk-ti-am625.yaml", PackageResources.quirk_ti_am625_yaml),
      ("quirk-ti-am65x.yaml", PackageResources.quirk_ti_am65x_yaml),
      ("quirk-ti-j721e.yaml", PackageResources.quirk_ti_j721e_yaml),
      ("quirk-xilinx-zcu102.yaml", PackageResources.quirk_xilinx_zcu102_yaml),
    ]
  }
}
