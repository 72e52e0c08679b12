import type { WalrusCommittees } from "../../typechain/WalrusCommittees.ts";
import type { Hex } from "../chain/sign-digest.ts";
import { callChain } from "../chain/revert.ts";
import { revertedWith } from "../chain/reverted-with.ts";
import type { ChainCommittee } from "./chain-committee.ts";

export interface CommitteeLookup {
  readonly registry: WalrusCommittees;
  /** Whose committees. */
  readonly source: Hex;
}

/** The newest epoch that a source has brought; undefined if it has brought none. */
export async function latestEpoch({ registry, source }: CommitteeLookup): Promise<number | undefined> {
  const [epoch, startsAt] = await callChain({
    what: "read a source's newest epoch",
    call: () => registry.latest(source),
  });
  return startsAt === 0n ? undefined : Number(epoch);
}

/** What a source says of the committee of an epoch; undefined if it says nothing. */
export async function findCommittee({
  registry,
  source,
  epoch,
}: CommitteeLookup & { readonly epoch: number }): Promise<ChainCommittee | undefined> {
  const found = await callChain({
    what: "read a committee",
    call: async () => {
      try {
        return await registry.committeeOf(source, epoch);
      } catch (error) {
        if (revertedWith(registry.interface, error, "WalrusCommitteesUnknownCommittee")) return undefined;
        throw error;
      }
    },
    interfaces: [registry.interface],
  });
  if (found === undefined) return undefined;
  return {
    epoch,
    startsAt: found.startsAt,
    duration: Number(found.duration),
    nShards: Number(found.nShards),
    weights: found.weights.map(Number),
    publicKeys: found.publicKeys.toLowerCase() as Hex,
  };
}
