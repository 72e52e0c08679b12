import type { ScrimshawConfig, ScrimshawUserConfig, WalrusConfig, WalrusUserConfig } from "./config.ts";

declare module "hardhat/types/config" {
  interface HardhatUserConfig {
    scrimshaw?: ScrimshawUserConfig;
    walrus?: WalrusUserConfig;
  }

  interface HardhatConfig {
    scrimshaw: ScrimshawConfig;
    walrus: WalrusConfig;
  }
}
