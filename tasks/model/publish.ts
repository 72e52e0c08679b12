import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runCommand } from "../../src/hardhat/command.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import { signPublish } from "../../src/hardhat/sign-publish.ts";
import { openSystem } from "../../src/hardhat/store.ts";
import { describePublish, formatBytes } from "../../src/models/describe-progress.ts";
import { KnownBlobs } from "../../src/models/known-blobs.ts";
import type { ModelMetadata } from "../../src/models/manifest.ts";
import { requireTag } from "../../src/models/names.ts";
import { requireOwner } from "../../src/models/ownership/require-owner.ts";
import { parsePatterns } from "../../src/models/parse-patterns.ts";
import { previewPublish } from "../../src/models/preview.ts";
import { publishModel } from "../../src/models/publish.ts";
import type { PublishModelOptions } from "../../src/models/publish.ts";
import { parsePublishTarget } from "../../src/models/publish-target.ts";
import { setTag } from "../../src/models/set-tag.ts";
import type { TagChange } from "../../src/models/set-tag.ts";

interface PublishArguments {
  readonly folder: string;
  readonly name: string;
  readonly label: string | undefined;
  readonly tag: string | undefined;
  readonly task: string | undefined;
  readonly license: string | undefined;
  readonly keywords: string | undefined;
  readonly notes: string | undefined;
  readonly include: string | undefined;
  readonly exclude: string | undefined;
  readonly epochs: number;
  readonly signOnly: string | undefined;
  readonly deadline: string | undefined;
  readonly registry: string | undefined;
  readonly from: string | undefined;
  readonly dryRun: boolean;
  readonly json: boolean;
}

function metadataOf({ task, license, keywords, notes }: PublishArguments): ModelMetadata {
  const tags = keywords
    ?.split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
  return {
    ...(task !== undefined && { task }),
    ...(license !== undefined && { license }),
    ...(tags !== undefined && { tags }),
    ...(notes !== undefined && { notes }),
  };
}

function tagLine({ tag, version, before }: TagChange): string {
  return `tag          ${tag} -> ${String(version)}${before === 0 || before === version ? "" : ` (was ${String(before)})`}`;
}

export default async function publish(args: PublishArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand<object>({
    schema: "scrimshaw.model-publish/1",
    json: args.json,
    run: async ({ signal, progress }) => {
      const { folder, label, tag } = args;
      const { creator: given, name } = parsePublishTarget({
        text: args.name,
        addressBook: hre.config.scrimshaw.addressBook,
      });
      if (tag !== undefined) requireTag(tag);
      const environment = await openEnvironment(hre, { addresses: { modelRegistry: args.registry }, from: args.from });
      try {
        const { nShards } = environment.walrus;
        const epochs = args.epochs === 0 ? environment.walrus.epochs : args.epochs;
        const signer = await environment.signer();
        const registry = (await environment.contract("modelRegistry")).connect(signer);
        if (tag !== undefined && given !== undefined) {
          const account = await signer.getAddress();
          await requireOwner({ registry, account, creator: given, name, what: "put a tag on a version" });
        }
        const names = { ...(name !== "" && { name }), ...(label !== undefined && { label }) };
        const chosen = {
          ...(args.include !== undefined && { include: parsePatterns(args.include) }),
          ...(args.exclude !== undefined && { exclude: parsePatterns(args.exclude) }),
        };
        const options = { ...names, ...chosen, creator: given, folder, metadata: metadataOf(args), registry, signal };

        if (args.dryRun) {
          const preview = await previewPublish({ ...options, nShards });
          const { creator, files, blobs, encodedSize, nextVersion, transactions } = preview;
          return {
            result: { dryRun: true, ...preview, label: preview.label ?? null, epochs, tag: tag ?? null },
            lines: [
              `would store    ${String(files.length)} files in ${String(blobs.length)} blobs, and a manifest`,
              `would pay for  ${String(encodedSize)} encoded bytes for ${String(epochs)} epochs`,
              `would send     ${[...transactions, ...(tag === undefined ? [] : ["tag"])].join(", ")}`,
              `would make     ${creator}/${preview.name}@${String(nextVersion)}, if the newest version has other bytes`,
            ],
          };
        }

        let reading = "";
        const publishing: PublishModelOptions = {
          ...options,
          store: await environment.store(),
          epochs,
          system: await openSystem(hre),
          known: new KnownBlobs({ root: join(hre.config.scrimshaw.cache, "known-blobs") }),
          onProgress: (event) => {
            if (event.kind === "hash" && event.path === reading) return;
            if (event.kind === "hash") reading = event.path;
            progress(describePublish(event));
          },
        };
        if (args.signOnly !== undefined) {
          return await signPublish({ publishing, signer, file: args.signOnly, deadline: args.deadline, tag });
        }
        const published = await publishModel(publishing);
        const { creator, version, manifest, manifestReference, blobs, endEpoch, transactions } = published;
        const reference = { creator, name: published.name, selector: { kind: "number", version } } as const;
        const change = tag === undefined ? undefined : await setTag({ registry, reference, tag, signal });
        const size = manifest.files.reduce((sum, file) => sum + file.size, 0);
        const sent = [...transactions, ...(change?.transaction ? [change.transaction] : [])];
        return {
          result: { ...published, label: published.label ?? null, tag: tag ?? null, transactions: sent },
          lines: [
            `model        ${creator}/${published.name}@${String(version)} (${published.outcome})`,
            `id           ${published.modelId}`,
            `manifest     ${manifestReference.blobId} (${formatBytes(manifestReference.size)})`,
            `content      ${manifestReference.contentHash}`,
            `files        ${String(manifest.files.length)}, ${formatBytes(size)}, in ${String(blobs.length)} blobs`,
            `paid until   epoch ${String(endEpoch)}`,
            ...(change ? [tagLine(change)] : []),
            ...sent.map(({ what, hash, gasUsed }) => `transaction  ${hash} (${what}, ${String(gasUsed)} gas)`),
          ],
        };
      } finally {
        await environment.close();
      }
    },
  });
}
