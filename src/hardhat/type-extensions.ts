// Their declarations, for projects that name this plugin alone.
import "@nomicfoundation/hardhat-ethers";
import "@nomicfoundation/hardhat-ignition-ethers";
import type { ScrimshawConfig, WalrusConfig } from "./config.ts";
import type { ScrimshawUserConfig, WalrusUserConfig } from "./config-schema.ts";
import type { ScrimshawConnection } from "./connection.ts";

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

declare module "hardhat/types/network" {
  interface NetworkConnection<ChainTypeT extends string = DefaultChainType> {
    scrimshaw: ScrimshawConnection;
  }
}
