import { resolve } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runCommand } from "../../src/hardhat/command.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import { ModelCache } from "../../src/models/cache/model-cache.ts";
import { describePull } from "../../src/models/describe-progress.ts";
import { pullModel } from "../../src/models/pull.ts";
import { parseReference } from "../../src/models/reference.ts";

interface PullArguments {
  readonly reference: string;
  readonly folder: string;
  readonly cache: string | undefined;
  readonly registry: string | undefined;
  readonly json: boolean;
}

/** Progress lines of a download are at least this many milliseconds apart. */
const PAUSE = 250;

export default async function pull(args: PullArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.model-pull/1",
    json: args.json,
    run: async ({ signal, progress }) => {
      const { addressBook, cache } = hre.config.scrimshaw;
      const reference = parseReference({ text: args.reference, addressBook });
      const environment = await openEnvironment(hre, { addresses: { modelRegistry: args.registry } });
      try {
        let told = -Infinity;
        const pulled = await pullModel({
          reference,
          registry: await environment.contract("modelRegistry"),
          store: await environment.store(),
          cache: new ModelCache({ root: args.cache ?? cache }),
          ...(args.folder !== "" && { to: resolve(args.folder) }),
          signal,
          onProgress: (event) => {
            const now = performance.now();
            const isLast = event.kind === "download" && event.received === event.total;
            if (event.kind === "download" && now - told < PAUSE && !isLast) return;
            told = now;
            progress(describePull(event));
          },
        });
        const { folder, resolved, manifestReference, manifest, downloaded } = pulled;
        if (resolved?.version.status === "deprecated") {
          progress(`Warning: version ${String(resolved.version.version)} is deprecated by its owner.`);
        }
        return {
          result: {
            folder,
            model: resolved?.model ?? null,
            version: resolved?.version ?? null,
            manifest: manifestReference,
            files: manifest.files.map(({ path, size, sha256 }) => ({ path, size, sha256 })),
            downloaded,
          },
          lines: [folder],
        };
      } finally {
        await environment.close();
      }
    },
  });
}
