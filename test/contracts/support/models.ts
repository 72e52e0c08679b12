import { id, type HDNodeWallet, type Wallet } from "ethers";
import { networkHelpers } from "./chain.ts";
import { deploy, type Deployment } from "./deployment.ts";
import type { BlobRef, Domain } from "./proofs.ts";

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

/** EIP-712 types as the interface states them, written out here once more on purpose. */
export const PUBLISH_TYPES = {
  BlobRef: [
    { name: "blobId", type: "bytes32" },
    { name: "contentHash", type: "bytes32" },
    { name: "size", type: "uint64" },
  ],
  Release: [
    { name: "manifest", type: "BlobRef" },
    { name: "blobsHash", type: "bytes32" },
    { name: "endEpoch", type: "uint32" },
    { name: "label", type: "string" },
  ],
  Publish: [
    { name: "modelId", type: "bytes32" },
    { name: "version", type: "uint32" },
    { name: "release", type: "Release" },
    { name: "publisher", type: "address" },
    { name: "deadline", type: "uint64" },
  ],
};

/** The wish to publish, as it is signed. */
export interface Publish {
  modelId: string;
  version: bigint;
  release: Release;
  publisher: string;
  deadline: bigint;
}

export async function domainOfModels(models: Deployment["models"]): Promise<Domain> {
  const network = await models.runner?.provider?.getNetwork();
  if (network === undefined) throw new Error("the registry is not connected to a chain");
  const verifyingContract = await models.getAddress();
  return { name: "Scrimshaw ModelRegistry", version: "1", chainId: network.chainId, verifyingContract };
}

export async function signPublish(
  models: Deployment["models"],
  key: Wallet | HDNodeWallet,
  wish: Publish,
): Promise<string> {
  return await key.signTypedData(await domainOfModels(models), PUBLISH_TYPES, wish);
}
