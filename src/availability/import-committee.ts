import type { WalrusCommittees } from "../../typechain/WalrusCommittees.ts";
import type { Hex } from "../chain/sign-digest.ts";
import { sendTransaction, type SendProgress } from "../chain/send.ts";
import { ScrimshawError } from "../errors.ts";
import type { ChainCommittee } from "./chain-committee.ts";
import { findCommittee, latestEpoch } from "./find-committee.ts";

export interface ImportCommitteeOptions {
  /** Connected to the account that becomes the source, or is it. */
  readonly registry: WalrusCommittees;
  readonly source: Hex;
  readonly committee: ChainCommittee;
  readonly signal?: AbortSignal;
  readonly onProgress?: (event: SendProgress) => void;
}

export interface ImportedCommittee {
  readonly committee: ChainCommittee;
  /** Undefined if the source had brought the same committee before. */
  readonly transactionHash: Hex | undefined;
  readonly gasUsed: bigint | undefined;
}

const same = (a: ChainCommittee, b: ChainCommittee): boolean =>
  a.startsAt === b.startsAt &&
  a.duration === b.duration &&
  a.nShards === b.nShards &&
  a.publicKeys === b.publicKeys &&
  a.weights.join() === b.weights.join();

/**
 * Checks that a source may bring a committee now.
 * @returns true if it has brought the same one before
 * @throws ScrimshawError `availability.committee-differs`, `availability.epoch-out-of-turn`, errors of the room `chain`
 */
export async function isImported({ registry, source, committee }: ImportCommitteeOptions): Promise<boolean> {
  const { epoch } = committee;
  const known = await findCommittee({ registry, source, epoch });
  if (known !== undefined) {
    if (same(known, committee)) return true;
    throw new ScrimshawError({
      code: "availability.committee-differs",
      expected: `the committee of epoch ${epoch} that ${source} brought before`,
      found: "another one, or other times",
      next: "A committee on chain is never changed: compare both, and let consumers know if the old one is wrong.",
    });
  }
  const latest = await latestEpoch({ registry, source });
  if (latest === undefined || epoch === latest + 1) return false;
  throw new ScrimshawError({
    code: "availability.epoch-out-of-turn",
    expected: `the committee of epoch ${latest + 1}, since the newest that ${source} brought is of ${latest}`,
    found: `one of epoch ${epoch}`,
    next: "Bring the epochs between from files (--file), or begin anew with another account as source.",
  });
}

/**
 * Brings a committee to the chain, under the account that sends it. The same one again changes nothing.
 * @throws ScrimshawError those of `isImported`, `chain.reverted` and others of `sendTransaction`
 */
export async function importCommittee(options: ImportCommitteeOptions): Promise<ImportedCommittee> {
  const { registry, committee, signal, onProgress } = options;
  if (await isImported(options)) return { committee, transactionHash: undefined, gasUsed: undefined };
  const what = `import the committee of epoch ${committee.epoch}`;
  const receipt = await sendTransaction({
    ...{ what, send: () => registry.importCommittee(committee) },
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  return { committee, transactionHash: receipt.hash as Hex, gasUsed: receipt.gasUsed };
}
