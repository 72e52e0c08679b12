export interface SignedBlob<Blob> {
  readonly blob: Blob;
  readonly signers: ReadonlySet<number>;
}

export interface SignerGroup<Blob> {
  readonly blobs: readonly Blob[];
  /** A quorum, of whom each signed for each of the blobs. */
  readonly signers: ReadonlySet<number>;
}

const common = (a: ReadonlySet<number>, b: ReadonlySet<number>): ReadonlySet<number> =>
  new Set([...a].filter((signer) => b.has(signer)));

/**
 * Puts blobs together that one quorum signed for, in their order: each into the first group that remains a quorum with it. Leaves
 * out those that no quorum signed for.
 */
export function groupBySigners<Blob>({
  signed,
  isQuorum,
}: {
  readonly signed: readonly SignedBlob<Blob>[];
  readonly isQuorum: (signers: ReadonlySet<number>) => boolean;
}): SignerGroup<Blob>[] {
  const groups: { blobs: Blob[]; signers: ReadonlySet<number> }[] = [];
  for (const { blob, signers } of signed) {
    if (!isQuorum(signers)) continue;
    const group = groups.find((one) => isQuorum(common(one.signers, signers)));
    if (group === undefined) groups.push({ blobs: [blob], signers });
    else {
      group.blobs.push(blob);
      group.signers = common(group.signers, signers);
    }
  }
  return groups;
}
