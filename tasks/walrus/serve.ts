import { once } from "node:events";
import { resolve } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { ScrimshawError } from "../../src/errors.ts";
import { runCommand } from "../../src/hardhat/command.ts";
import { LocalWalrus } from "../../src/walrus/local/local-walrus.ts";
import { setFaults } from "../../src/walrus/local/parse-fault.ts";

interface ServeArguments {
  readonly host: string;
  readonly port: number;
  readonly nShards: number;
  readonly nodes: number;
  readonly epochSeconds: number;
  readonly directory: string | undefined;
  readonly fromSlivers: boolean;
  readonly demandToken: boolean;
  readonly faults: string | undefined;
  readonly json: boolean;
}

async function configuredSecret(hre: HardhatRuntimeEnvironment): Promise<string> {
  const { publisherSecret } = hre.config.walrus;
  if (publisherSecret !== undefined) return publisherSecret.get();
  throw new ScrimshawError({
    code: "walrus.publisher-secret-missing",
    expected: "a secret to check tokens with: walrus.publisherSecret in hardhat.config.ts",
    found: "none",
    next: "Set the variable SCRIMSHAW_WALRUS_SECRET for this command and for those that store blobs, or walrus.publisherSecret to configVariable(...).",
  });
}

export default async function serve(args: ServeArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.walrus-serve/1",
    json: args.json,
    run: async ({ signal, ready }) => {
      const { host, port, nodes, epochSeconds } = args;
      const directory = args.directory === undefined ? hre.config.walrus.storageDir : resolve(args.directory);
      const nShards = args.nShards === 0 ? hre.config.walrus.nShards : args.nShards;
      const length = epochSeconds === 0 ? {} : { epochSeconds };
      const aggregatorReads = args.fromSlivers ? "slivers" : "copy";
      const auth = args.demandToken ? { publisherAuth: { secret: await configuredSecret(hre) } } : {};
      const options = { directory, host, port, nShards, nodes, aggregatorReads, ...length, ...auth } as const;
      await using walrus = await LocalWalrus.start(options);
      const nodeIds = walrus.committee.members.map(({ nodeId }) => nodeId);
      if (args.faults !== undefined) setFaults({ text: args.faults, faults: walrus.faults, nodeIds });
      const { url, epoch, notice } = walrus;
      const outcome = {
        result: {
          url,
          nodes: walrus.nodes,
          nShards,
          epoch,
          epochSeconds,
          directory,
          faults: args.faults ?? null,
          demandsToken: args.demandToken,
          notice: notice ?? null,
        },
        lines: [
          `walrus  ${url} (publisher, aggregator and upload relay, ${nShards} shards, ${walrus.nodes.length} storage nodes)`,
          `epoch   ${epoch}${epochSeconds === 0 ? "" : `, a new one every ${epochSeconds} seconds`}`,
          `data    ${directory} (${walrus.blobs().length} blobs)`,
          ...(args.demandToken
            ? ["tokens  the publisher takes uploads only with a JWT signed with walrus.publisherSecret"]
            : []),
          ...(args.faults === undefined ? [] : [`faults  ${args.faults}`]),
          ...(notice === undefined ? [] : [`note    ${notice}`]),
          "Ctrl-C stops it and keeps its blobs.",
        ],
      };
      ready(outcome);
      if (!signal.aborted) await once(signal, "abort");
      return outcome;
    },
  });
}
