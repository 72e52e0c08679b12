import { once } from "node:events";
import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { runCommand } from "../../src/hardhat/command.ts";
import { LOCAL_CHAIN_URL, LOCAL_WALRUS_URL, SHARDS } from "../../src/hardhat/config.ts";
import { startDevNetwork } from "../../src/hardhat/dev-network.ts";

interface DevArguments {
  readonly port: number;
  readonly walrusPort: number;
  readonly nShards: number;
  readonly directory: string | undefined;
  readonly json: boolean;
}

interface Served {
  readonly chainUrl: string;
  readonly walrusUrl: string;
  readonly nShards: number;
}

/** How another terminal calls a command of this network. */
function command({ chainUrl, walrusUrl, nShards }: Served): string {
  const chain = chainUrl === LOCAL_CHAIN_URL ? "" : `SCRIMSHAW_CHAIN_URL=${chainUrl} `;
  const walrus = walrusUrl === LOCAL_WALRUS_URL ? "" : `SCRIMSHAW_WALRUS_URL=${walrusUrl} `;
  const shards = nShards === SHARDS ? "" : `SCRIMSHAW_WALRUS_SHARDS=${nShards} `;
  return `${chain}${walrus}${shards}npx hardhat`;
}

export default async function dev(args: DevArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand({
    schema: "scrimshaw.dev/1",
    json: args.json,
    run: async ({ signal, progress, ready }) => {
      const directory = args.directory === undefined ? hre.config.walrus.storageDir : resolve(args.directory);
      const nShards = args.nShards === 0 ? hre.config.walrus.nShards : args.nShards;
      const { port, walrusPort } = args;
      const network = await startDevNetwork({ hre, port, walrusPort, nShards, directory, signal, progress });
      const { chainUrl, chainId, walrusUrl, addresses, stop } = network;
      const hardhat = command({ chainUrl, walrusUrl, nShards });
      const example = join(hre.config.paths.root, "examples/iris/model");
      const folder = existsSync(example) ? relative(process.cwd(), example) : "<folder>";
      const outcome = {
        result: { chainUrl, chainId: Number(chainId), walrusUrl, nShards, directory, addresses },
        lines: [
          `chain   ${chainUrl} (chain id ${chainId.toString()})`,
          `walrus  ${walrusUrl} (publisher and aggregator, ${nShards.toString()} shards, data in ${directory})`,
          ...Object.entries(addresses).map(([name, address]) => `${name.padEnd(26)}${address}`),
          "",
          "In another terminal:",
          `  ${hardhat} model publish ${folder} iris`,
          `  ${hardhat} model list`,
          "",
          "Ctrl-C stops everything: the chain forgets, Walrus keeps its blobs.",
        ],
      };
      ready(outcome);
      try {
        if (!signal.aborted) await once(signal, "abort");
      } finally {
        await stop();
      }
      return outcome;
    },
  });
}
