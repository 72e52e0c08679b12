import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { certifyAfter, certifySource } from "../../src/hardhat/certify-after.ts";
import { runCommand } from "../../src/hardhat/command.ts";
import { describeEncryption, readEncryption } from "../../src/hardhat/encrypt-to.ts";
import { findPrices, sumCosts } from "../../src/hardhat/describe-cost.ts";
import { costsOf, describePreview } from "../../src/hardhat/describe-preview.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import { isFirstTime } from "../../src/hardhat/first-time.ts";
import { isLocal } from "../../src/hardhat/is-local.ts";
import { publishProgress } from "../../src/hardhat/transfer-progress.ts";
import { signPublish } from "../../src/hardhat/sign-publish.ts";
import { openSystem } from "../../src/hardhat/store.ts";
import { describePublished } from "../../src/models/describe-published.ts";
import { KnownBlobs } from "../../src/models/known-blobs.ts";
import type { ModelMetadata } from "../../src/models/manifest.ts";
import { requireTag } from "../../src/models/names.ts";
import { parsePatterns } from "../../src/models/parse-patterns.ts";
import { parseSize } from "../../src/models/parse-size.ts";
import { prepareModel } from "../../src/models/prepare.ts";
import type { PrepareOptions } from "../../src/models/prepare.ts";
import { previewPublish } from "../../src/models/preview.ts";
import { publishModel } from "../../src/models/publish.ts";
import type { PublishModelOptions } from "../../src/models/publish.ts";
import { parsePublishTarget } from "../../src/models/publish-target.ts";
import { setTag } from "../../src/models/set-tag.ts";

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
  readonly maxBlobSize: string | undefined;
  readonly epochs: number;
  readonly encryptTo: string | undefined;
  readonly recipientsFile: string | undefined;
  readonly signOnly: string | undefined;
  readonly deadline: string | undefined;
  readonly certify: boolean;
  readonly source: string | undefined;
  readonly registry: string | undefined;
  readonly from: string | undefined;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

const PUBLIC =
  "Note, said once: Walrus is public. Everybody can read what is published, for good; --encrypt-to publishes for some only.";

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

export default async function publish(args: PublishArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand<object>({
    schema: "scrimshaw.model-publish/1",
    json: args.json,
    run: async ({ signal, progress, terminal, confirm }) => {
      const { folder, label, tag } = args;
      const { creator: given, name } = parsePublishTarget({
        text: args.name,
        addressBook: hre.config.scrimshaw.addressBook,
      });
      if (tag !== undefined) requireTag(tag);
      const { cache } = hre.config.scrimshaw;
      const encryption = await readEncryption({ ...args, cache });
      const environment = await openEnvironment(hre, { addresses: { modelRegistry: args.registry }, from: args.from });
      try {
        const { nShards } = environment.walrus;
        const epochs = args.epochs === 0 ? environment.walrus.epochs : args.epochs;
        const signer = await environment.signer();
        const registry = (await environment.contract("modelRegistry")).connect(signer);
        const source = await certifySource(args, environment);
        const names = { ...(name !== "" && { name }), ...(label !== undefined && { label }) };
        const chosen = {
          ...(args.include !== undefined && { include: parsePatterns(args.include) }),
          ...(args.exclude !== undefined && { exclude: parsePatterns(args.exclude) }),
          ...(args.maxBlobSize !== undefined && { maxBlobSize: parseSize(args.maxBlobSize) }),
        };
        const options = {
          ...{ ...names, ...chosen, ...(tag !== undefined && { tag }), creator: given, folder },
          ...{ metadata: metadataOf(args), registry, epochs, encryption, signal },
          store: await environment.store(),
          system: await openSystem(hre),
          known: new KnownBlobs({ root: join(cache, "known-blobs") }),
        };

        const onProgress = publishProgress({ progress, terminal });
        const onHashed: PrepareOptions["onHashed"] = (event) => onProgress({ kind: "hash", ...event });
        const prepared = await prepareModel({ ...options, onHashed });
        const looksFirst = args.dryRun || !(args.yes || isLocal(environment));
        if (looksFirst) {
          const known = await findPrices({
            configured: environment.walrus.prices,
            system: options.system,
            nShards: environment.walrus.nShards,
            signal,
          });
          const preview = await previewPublish({ ...options, prepared, nShards });
          const terms = { epochs, nShards, known };
          const certifying =
            source === undefined
              ? []
              : [`certify       manifest and all blobs afterwards, by the committees of ${source}`];
          if (args.dryRun) {
            const cost = { ...sumCosts(costsOf(preview, terms)), source: known?.source ?? null };
            return {
              result: { dryRun: true, ...preview, label: preview.label ?? null, epochs, tag: tag ?? null, cost },
              lines: [...describePreview({ preview, files: true, ...terms }), ...certifying],
            };
          }
          const lines = [...describePreview({ preview, files: false, ...terms }), ...certifying];
          await confirm({
            lines,
            question: `Publish on ${environment.networkName}, for good and for ${encryption ? "its recipients" : "everybody"} to read?`,
          });
        }

        if (encryption) progress(describeEncryption(encryption));
        else if (await isFirstTime({ cache, what: "walrus-is-public" })) progress(PUBLIC);
        const publishing: PublishModelOptions = { ...options, prepared, onProgress };
        if (args.signOnly !== undefined) {
          return await signPublish({ publishing, signer, file: args.signOnly, deadline: args.deadline, tag });
        }
        const published = await publishModel(publishing);
        const { creator, version, transactions } = published;
        const reference = { creator, name: published.name, selector: { kind: "number", version } } as const;
        const change = tag === undefined ? undefined : await setTag({ registry, reference, tag, signal });
        const sent = [...transactions, ...(change?.transaction ? [change.transaction] : [])];
        const after =
          source === undefined
            ? undefined
            : await certifyAfter({
                ...{ hre, environment, source, context: { signal, progress } },
                blobIds: [published.manifestReference, ...published.blobs].map(({ blobId }) => blobId),
                subject: `${creator}/${published.name}@${version}`,
              });
        return {
          result: {
            ...{ ...published, label: published.label ?? null, tag: tag ?? null, transactions: sent },
            certified: after?.certified ?? null,
          },
          lines: [...describePublished({ published, change, sent }), ...(after?.lines ?? [])],
          exitCode: after?.exitCode ?? 0,
        };
      } finally {
        await environment.close();
      }
    },
  });
}
