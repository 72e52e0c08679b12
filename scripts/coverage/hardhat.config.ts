import { defineConfig } from "hardhat/config";
import config from "../../hardhat.config.ts";

/** As ever, but what is compiled to count lines stays apart from what is tested and published. */
export default defineConfig({
  ...config,
  paths: { ...config.paths, artifacts: "coverage/artifacts", cache: "coverage/cache" },
});
