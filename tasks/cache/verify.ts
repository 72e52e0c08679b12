import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runCommand } from "../../src/hardhat/command.ts";
import { ModelCache } from "../../src/models/cache/model-cache.ts";
import { verifyCache } from "../../src/models/cache/verify.ts";

interface VerifyArguments {
  readonly cache: string | undefined;
  readonly json: boolean;
}

export default async function verify(args: VerifyArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.cache-verify/1",
    json: args.json,
    run: async ({ signal, progress }) => {
      const cache = new ModelCache({ root: args.cache ?? hre.config.scrimshaw.cache });
      const verified = await verifyCache({ cache, signal, onView: ({ folder }) => progress(`hashing ${folder}`) });
      const wrong = verified.filter(({ isRight }) => !isRight);
      return {
        result: {
          root: cache.root,
          right: verified.length - wrong.length,
          damaged: wrong.map(({ view: { folder, stamp } }) => ({ folder, manifestHash: stamp.manifestHash })),
        },
        lines: [
          ...wrong.map(({ view: { folder } }) => `damaged  ${folder}: its next pull repairs it`),
          `${String(verified.length - wrong.length)} right, ${String(wrong.length)} damaged`,
        ],
        exitCode: wrong.length === 0 ? 0 : 1,
      };
    },
  });
}
