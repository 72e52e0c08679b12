import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { ScrimshawError } from "../../src/errors.ts";
import { runModelCommand } from "../../src/hardhat/model-command.ts";
import type { ModelCommandArguments } from "../../src/hardhat/model-command.ts";
import { ModelCache } from "../../src/models/cache/model-cache.ts";
import { formatBytes } from "../../src/models/describe-progress.ts";
import { listModels } from "../../src/models/list.ts";
import type { ListedModel } from "../../src/models/list.ts";
import { requireTag } from "../../src/models/names.ts";
import { STATUSES } from "../../src/models/records.ts";
import type { VersionStatus } from "../../src/models/records.ts";
import { addressOfCreator } from "../../src/models/reference.ts";

interface ListArguments extends ModelCommandArguments {
  readonly account: string;
  readonly creator: string | undefined;
  readonly tag: string | undefined;
  readonly status: string | undefined;
  readonly task: string | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** Models that are told of one by one; anybody may register such as have no manifest. */
const MOST_NAMED = 10;

function requireStatus(text: string): VersionStatus {
  const status = STATUSES.find((one) => one === text);
  if (status !== undefined) return status;
  throw new ScrimshawError({
    code: "models.argument-invalid",
    expected: `--status as one of ${STATUSES.join(", ")}`,
    found: JSON.stringify(text.slice(0, 80)),
    next: "Correct it, or leave it out.",
  });
}

function lineOf({ model, version }: ListedModel): string {
  const name = `${model.creator}/${model.name}`;
  const count = model.versionCount === 1 ? "1 version" : `${String(model.versionCount)} versions`;
  return version === undefined
    ? `${name}  ${count}`
    : `${name}@${String(version.version)}  ${version.status}  of ${count}`;
}

export default async function list(args: ListArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runModelCommand({
    schema: "scrimshaw.model-list/1",
    ...{ args, hre, sends: false },
    run: async ({ registry, environment, signal, progress }) => {
      const { tag, task } = args;
      const account = args.creator ?? args.account;
      const creator = account === "" ? undefined : addressOfCreator(account, environment.addressBook);
      if (tag !== undefined) requireTag(tag);
      const status = args.status === undefined ? undefined : requireStatus(args.status);
      const manifests = { fetched: 0, bytes: 0, cached: 0 };
      const cache = new ModelCache({ root: hre.config.scrimshaw.cache });
      const withTask = task !== undefined && {
        task: {
          name: task,
          store: await environment.store(),
          cache,
          onManifest: ({ bytes, fetched }: { readonly bytes: number; readonly fetched: boolean }) => {
            if (fetched) manifests.bytes += bytes;
            manifests[fetched ? "fetched" : "cached"] += 1;
          },
        },
      };
      const offset = Math.max(args.offset, 0);
      const limit = Math.max(args.limit, 0);
      const chosen = { registry, creator, tag, status, offset, limit, signal };
      const { models, total, next, unread } = await listModels({ ...chosen, ...withTask });
      if (task !== undefined) {
        const { fetched, bytes, cached } = manifests;
        progress(`Manifests: ${String(fetched)} fetched (${formatBytes(bytes)}), ${String(cached)} from the cache`);
      }
      for (const { model, version, problem } of unread.slice(0, MOST_NAMED))
        progress(`Not known: ${model.creator}/${model.name}@${String(version.version)}, ${problem.code}`);
      if (unread.length > MOST_NAMED) progress(`Not known: ${String(unread.length - MOST_NAMED)} more`);
      return {
        result: {
          models: models.map(({ model, version }) => ({ ...model, version: version ?? null })),
          ...{ total, next: next ?? null },
          ...(task !== undefined && { manifests }),
          unread: unread.map(({ model, version, problem }) => ({ ...model, version, problem: problem.code })),
        },
        lines: [
          ...models.map(lineOf),
          ...(models.length === 0 && next === undefined ? ["no models"] : []),
          ...(next === undefined ? [] : [`more: --offset ${String(next)}`]),
        ],
      };
    },
  });
}
