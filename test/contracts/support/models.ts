import { id } from "ethers";
import { networkHelpers } from "./chain.ts";
import { deploy } from "./deployment.ts";
import type { BlobRef } from "./proofs.ts";

export interface Release {
  manifest: BlobRef;
  blobsHash: string;
  endEpoch: bigint;
  label: string;
}

/** A release as full as one in earnest; `seed` tells one from another. */
export function release(seed: string, label = ""): Release {
  return {
    manifest: { blobId: id(`blob ${seed}`), contentHash: id(`manifest ${seed}`), size: 12_345n },
    blobsHash: id(`blobs ${seed}`),
    endEpoch: 523n,
    label,
  };
}

/** A model of the publisher's, without versions. */
export async function withModel() {
  const deployment = await networkHelpers.loadFixture(deploy);
  const { publisher, stranger } = deployment.accounts;
  const models = deployment.models.connect(publisher);
  await models.register("iris");
  return { models, modelId: await models.modelIdOf(publisher, "iris"), publisher, stranger };
}
