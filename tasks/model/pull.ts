import { resolve } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runCommand } from "../../src/hardhat/command.ts";
import { readIdentityFile } from "../../src/hardhat/identity-file.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import { pullProgress } from "../../src/hardhat/transfer-progress.ts";
import { openStore } from "../../src/hardhat/store.ts";
import { ScrimshawError } from "../../src/errors.ts";
import { ModelCache } from "../../src/models/cache/model-cache.ts";
import { RecordedManifests } from "../../src/models/cache/recorded-manifests.ts";
import { RecordedVersions } from "../../src/models/cache/recorded-versions.ts";
import { referToManifest } from "../../src/models/manifest-reference.ts";
import { offlineStore } from "../../src/models/offline-store.ts";
import { parsePatterns } from "../../src/models/parse-patterns.ts";
import { parseSize } from "../../src/models/parse-size.ts";
import { pullModel } from "../../src/models/pull.ts";
import type { PulledModel, PullModelOptions } from "../../src/models/pull.ts";
import { parseReference } from "../../src/models/reference.ts";
import { isBlobId } from "../../src/walrus/blob-id.ts";

interface PullArguments {
  readonly reference: string;
  readonly folder: string;
  readonly to: string | undefined;
  readonly include: string | undefined;
  readonly maxSize: string | undefined;
  readonly identityFile: string | undefined;
  readonly force: boolean;
  readonly overwrite: boolean;
  readonly offline: boolean;
  readonly cache: string | undefined;
  readonly registry: string | undefined;
  readonly json: boolean;
}

type Common = Omit<PullModelOptions, "reference" | "registry" | "resolved" | "manifest" | "store">;

/** Neither asks the chain, nor, if the manifest was pulled before, Walrus for it. */
async function pullManifest(
  blobId: string,
  args: PullArguments,
  hre: HardhatRuntimeEnvironment,
  common: Common,
): Promise<PulledModel> {
  const { cache, signal } = common;
  const records = new RecordedManifests({ root: cache.root });
  const opened = args.offline ? undefined : await openStore(hre);
  try {
    const store = opened ?? offlineStore;
    const manifest = await referToManifest({ blobId, store, records, ...(signal && { signal }) });
    return await pullModel({ ...common, manifest, store });
  } finally {
    await opened?.[Symbol.asyncDispose]();
  }
}

function unknownOffline(reference: string): ScrimshawError {
  return new ScrimshawError({
    code: "models.not-in-cache",
    expected: `${JSON.stringify(reference)} among what was pulled before`,
    found: "nothing",
    next: "Run the command once without --offline.",
  });
}

async function pullReference(
  args: PullArguments,
  hre: HardhatRuntimeEnvironment,
  common: Common,
): Promise<PulledModel> {
  const { addressBook, network } = hre.config.scrimshaw;
  const reference = parseReference({ text: args.reference, addressBook });
  // Hardhat types it as always given; without --network it is not.
  const chosen = (hre.globalOptions.network as string | undefined) ?? network;
  const chain = `${chosen} ${args.registry ?? ""}`;
  const records = new RecordedVersions({ root: common.cache.root, chain });
  if (args.offline) {
    const resolved = await records.find(reference);
    if (!resolved) throw unknownOffline(args.reference);
    return pullModel({ ...common, reference, resolved, store: offlineStore });
  }
  const environment = await openEnvironment(hre, { addresses: { modelRegistry: args.registry } });
  try {
    const registry = await environment.contract("modelRegistry");
    const pulled = await pullModel({ ...common, reference, registry, store: await environment.store() });
    if (pulled.resolved) await records.record(reference, pulled.resolved);
    return pulled;
  } finally {
    await environment.close();
  }
}

export default async function pull(args: PullArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.model-pull/1",
    json: args.json,
    run: async ({ signal, progress, terminal }) => {
      const cache = new ModelCache({ root: args.cache ?? hre.config.scrimshaw.cache });
      const to = args.to ?? (args.folder === "" ? undefined : args.folder);
      const common: Common = {
        cache,
        ...(await readIdentityFile(args.identityFile)),
        force: args.force,
        overwrite: args.overwrite,
        signal,
        onProgress: pullProgress({ progress, terminal }),
        ...(to !== undefined && { to: resolve(to) }),
        ...(args.include !== undefined && { include: parsePatterns(args.include) }),
        ...(args.maxSize !== undefined && { maxSize: parseSize(args.maxSize) }),
      };
      const pulled = isBlobId(args.reference)
        ? await pullManifest(args.reference, args, hre, common)
        : await pullReference(args, hre, common);
      const { folder, resolved, manifestReference, files, downloaded } = pulled;
      if (resolved !== undefined && resolved.version.status !== "active") {
        const { version, status } = resolved.version;
        progress(`Warning: version ${String(version)} is ${status} by its owner.`);
      }
      return {
        result: {
          folder,
          model: resolved?.model ?? null,
          version: resolved?.version ?? null,
          manifest: manifestReference,
          files: files.map(({ path, size, sha256 }) => ({ path, size, sha256 })),
          downloaded,
        },
        lines: [folder],
      };
    },
  });
}
