import { once } from "node:events";
import { resolve } from "node:path";
import { parseUnits } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { ScrimshawError } from "../../src/errors.ts";
import { runCommand } from "../../src/hardhat/command.ts";
import { describeSettler } from "../../src/hardhat/describe-settler.ts";
import { openEnvironment } from "../../src/hardhat/environment.ts";
import { parseSize } from "../../src/models/parse-size.ts";
import { metrics, startEndpoint } from "../../src/proofs/settler/endpoint.ts";
import { SettlerQueue } from "../../src/proofs/settler/queue.ts";
import { Settler } from "../../src/proofs/settler/settler.ts";
import { takeFromFolder, watchFolder } from "../../src/proofs/settler/watch-folder.ts";

interface ServeArguments {
  readonly queue: string;
  readonly watch: string | undefined;
  readonly port: number;
  readonly drain: boolean;
  readonly maxCount: number;
  readonly maxBytes: string;
  readonly idleSeconds: number;
  readonly maxAgeSeconds: number;
  readonly finality: number;
  readonly maxFeeGwei: string | undefined;
  readonly epochs: number;
  readonly registry: string | undefined;
  readonly from: string | undefined;
  readonly json: boolean;
}

function parseGwei(text: string): bigint {
  if (/^\d{1,9}(\.\d{1,9})?$/.test(text)) return parseUnits(text, "gwei");
  throw new ScrimshawError({
    code: "proofs.argument-invalid",
    expected: "--max-fee-gwei as a number like 30 or 0.5",
    found: JSON.stringify(text.slice(0, 40)),
    next: "Correct the number.",
  });
}

function requireWork({ drain, watch, port }: ServeArguments): void {
  if (drain || watch !== undefined || port >= 0) return;
  throw new ScrimshawError({
    code: "proofs.argument-invalid",
    expected: "where proofs come from: --watch <folder>, --port <number> or both; or --drain to settle what waits",
    found: "none of them",
    next: "For example: npx hardhat proof serve --watch proofs --port 0",
  });
}

export default async function serve(args: ServeArguments, hre: HardhatRuntimeEnvironment): Promise<void> {
  await runCommand<object>({
    schema: "scrimshaw.proof-serve/1",
    json: args.json,
    run: async ({ signal, progress, ready }) => {
      requireWork(args);
      const rules = {
        maxCount: args.maxCount,
        maxBytes: parseSize(args.maxBytes),
        idleMs: args.idleSeconds * 1_000,
        maxAgeMs: args.maxAgeSeconds * 1_000,
      };
      const cap = args.maxFeeGwei === undefined ? {} : { maxFeePerGas: parseGwei(args.maxFeeGwei) };
      const environment = await openEnvironment(hre, { addresses: { proofRegistry: args.registry }, from: args.from });
      try {
        const { chainId, provider, walrus } = environment;
        const signer = await environment.signer();
        const account = await signer.getAddress();
        const registry = (await environment.contract("proofRegistry")).connect(signer);
        const path = resolve(args.queue);
        const owner = { chainId, proofRegistry: await registry.getAddress(), settler: account };
        using queue = await SettlerQueue.open({ path, owner });
        const settler = new Settler({
          ...{ queue, store: await environment.store(), registry, provider, settler: account, rules, ...cap },
          epochs: args.epochs === 0 ? walrus.epochs : args.epochs,
          finality: args.finality,
          onEvent: (event) => {
            const line = describeSettler(event);
            if (line !== undefined) progress(line);
          },
        });
        const folder = args.watch === undefined ? undefined : resolve(args.watch);
        if (args.drain) {
          if (folder !== undefined) await takeFromFolder({ settler, folder });
          await settler.drain({ signal });
          const status = settler.status();
          return {
            result: { queue: path, url: null, watch: folder ?? null, ...metrics(status) },
            lines: [`settled  ${status.settledProofs} proofs in ${path}`, `waiting  ${status.waiting.proofs}`],
          };
        }
        await using endpoint = args.port < 0 ? undefined : await startEndpoint({ settler, port: args.port });
        const url = endpoint?.url ?? null;
        const outcome = {
          result: { queue: path, url, watch: folder ?? null, ...metrics(settler.status()) },
          lines: [
            `settler  ${account}`,
            `queue    ${path} (${queue.open().count} proofs wait)`,
            ...(url === null ? [] : [`listens  ${url} (POST /v1/proofs, GET /v1/health, /v1/metrics)`]),
            ...(folder === undefined ? [] : [`watches  ${folder}`]),
            "Ctrl-C stops it; what it accepted is settled when it runs again.",
          ],
        };
        ready(outcome);
        const watching = folder === undefined ? once(signal, "abort") : watchFolder({ settler, folder, signal });
        await Promise.all([settler.run({ signal }), signal.aborted ? undefined : watching]);
        return outcome;
      } finally {
        await environment.close();
      }
    },
  });
}
