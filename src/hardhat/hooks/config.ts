import type { ConfigHooks } from "hardhat/types/hooks";
import { LOCAL_CHAIN_URL, resolveScrimshawConfig, resolveWalrusConfig } from "../config.ts";
import type { ResolveOptions } from "../config.ts";

/** Validates and resolves the `scrimshaw` and `walrus` sections. */
export default (): Promise<Partial<ConfigHooks>> =>
  Promise.resolve({
    extendUserConfig: async (config, next) => {
      const localhost = config.networks?.localhost;
      if (localhost !== undefined && localhost.type !== "http") return next(config);
      // An address instead of Hardhat's "localhost", which some systems resolve to ::1, where `dev` does not listen.
      const url = process.env.SCRIMSHAW_CHAIN_URL ?? LOCAL_CHAIN_URL;
      return next({ ...config, networks: { ...config.networks, localhost: { type: "http", url, ...localhost } } });
    },
    validateUserConfig: async ({ scrimshaw, walrus }) => {
      // What checks them takes as long to load as Hardhat itself.
      if (scrimshaw === undefined && walrus === undefined) return [];
      const { configMistakes } = await import("../config-schema.ts");
      return configMistakes({ scrimshaw, walrus });
    },
    resolveUserConfig: async (userConfig, resolveConfigurationVariable, next) => {
      const resolved = await next(userConfig, resolveConfigurationVariable);
      const options: ResolveOptions = {
        root: resolved.paths.root,
        environment: process.env,
        resolveVariable: ({ format, ...variable }) =>
          resolveConfigurationVariable({ ...variable, ...(format === undefined ? {} : { format }) }),
      };
      return {
        ...resolved,
        scrimshaw: resolveScrimshawConfig(userConfig.scrimshaw, options),
        walrus: resolveWalrusConfig(userConfig.walrus, options),
      };
    },
  });
