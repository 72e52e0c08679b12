import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { certifyBlobs, type CertifiedBlobs, type CertifyTransaction } from "../availability/certify-blobs.ts";
import { gasCost } from "../chain/gas-cost.ts";
import type { Hex } from "../chain/sign-digest.ts";
import { counted } from "../models/describe-progress.ts";
import type { BlobId } from "../walrus/blob-id.ts";
import type { CollectedCertificate } from "../walrus/collect-certificate.ts";
import type { CommandContext, CommandOutcome } from "./command.ts";
import { describeGasCost } from "./describe-gas-cost.ts";
import { describeProgress } from "./describe-progress.ts";
import type { Environment } from "./environment.ts";
import { openSystem } from "./store.ts";

export interface CertifyOnChainOptions {
  readonly hre: HardhatRuntimeEnvironment;
  readonly environment: Environment;
  readonly source: Hex;
  readonly blobIds: readonly BlobId[];
  /** Collects certificates of all blobs, those too that the chain knows of. Default false. */
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly onCollected?: (collected: CollectedCertificate) => void;
  readonly context: Pick<CommandContext, "signal" | "progress">;
}

/** What came of certifying blobs, in a form that JSON and people can read. */
export type CertifyOutcome = Required<CommandOutcome<Record<string, unknown>>>;

/**
 * Has the chain verify that blobs are available now, and tells what came of it: exit code 2 if it could be done for some only.
 * @throws ScrimshawError of the first blob if it could be done for none, and errors of `certifyBlobs`
 */
export async function certifyOnChain(options: CertifyOnChainOptions): Promise<CertifyOutcome> {
  const { hre, environment, source, blobIds, all = false, dryRun = false, onCollected, context } = options;
  const { signal, progress } = context;
  const system = all ? undefined : await (await openSystem(hre)).system({ signal });
  const signer = await environment.signer();
  const done = await certifyBlobs({
    registry: (await environment.contract("blobAvailability")).connect(signer),
    store: await environment.store(),
    ...{ source, blobIds, dryRun, signal, epoch: system?.epoch },
    ...(onCollected && { onCollected }),
    onProgress: (event) =>
      progress(
        event.kind === "collect"
          ? `Asking the storage nodes to sign for ${counted(event.blobs, "blob")} (${event.done} of ${event.of} done)`
          : describeProgress(event),
      ),
  });
  const { transactions, known, missing } = done;
  const [first] = missing.values();
  if (first !== undefined && transactions.length === 0 && known.length === 0) throw first;
  const result = {
    source,
    onChain: onChain(done, source),
    transactions: transactions.map(({ gas, ...one }) =>
      dryRun ? { blobIds: one.blobIds, epoch: one.epoch, gas } : { ...one, gasUsed: gas },
    ),
    problems: [...missing].map(([blobId, { code, expected, found, next }]) => ({
      blobId,
      code,
      expected,
      found,
      next,
    })),
  };
  const lines = [
    ...known.map(({ blobId, epoch }) => `on chain      ${blobId}: certified in epoch ${epoch} before`),
    ...transactions.flatMap((one) => transactionLines(one, { source, dryRun })),
    ...[...missing].map(([blobId, { code, found }]) => `not certified ${blobId}: ${code}, found ${found}`),
  ];
  const exitCode = missing.size === 0 ? 0 : 2;
  if (!dryRun) return { result, lines, exitCode };
  const gas = transactions.reduce((sum, one) => sum + one.gas, 0n);
  const cost = await gasCost(environment.provider, gas);
  const { gasPrice = null, fee = null } = cost;
  return {
    result: { ...result, dryRun, gas, gasPrice, fee },
    lines: [...lines, `gas           ${describeGasCost(cost)}`],
    exitCode,
  };
}

/** For each blob of which the chain has a certificate now. */
function onChain({ transactions, known }: CertifiedBlobs, source: Hex): readonly object[] {
  return [
    ...known.map((one) => ({ ...one, source, transactionHash: null, gasUsed: null })),
    ...transactions.flatMap(({ blobIds, epoch, transactionHash, gas }) =>
      transactionHash === undefined
        ? []
        : blobIds.map((blobId) => ({ blobId, source, epoch, transactionHash, gasUsed: gas })),
    ),
  ];
}

function transactionLines(
  { blobIds, epoch, transactionHash, gas }: CertifyTransaction,
  { source, dryRun }: { readonly source: Hex; readonly dryRun: boolean },
): string[] {
  const head = dryRun
    ? `would send    one transaction for ${counted(blobIds.length, "blob")} in epoch ${epoch}, about ${gas} gas`
    : `transaction   ${transactionHash ?? "none"} (${gas} gas), by the committees of ${source}`;
  const what = dryRun ? "  certify     " : "on chain      ";
  return [head, ...blobIds.map((blobId) => `${what}${blobId}: available in epoch ${epoch}`)];
}
