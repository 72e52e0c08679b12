import { keccak256, type Provider, type Wallet } from "ethers";
import { ethers } from "./chain.ts";
import type { Deployment } from "./deployment.ts";
import type { Domain } from "./proofs.ts";

/** EIP-712 types as the interface states them, written out here once more on purpose. */
export const LIFE_TYPES = {
  Life: [
    { name: "attesterId", type: "bytes32" },
    { name: "blockNumber", type: "uint64" },
    { name: "blockHash", type: "bytes32" },
  ],
};

export const SUCCESSION_TYPES = {
  Succession: [
    { name: "attesterId", type: "bytes32" },
    { name: "successorId", type: "bytes32" },
  ],
};

export async function domainOfAttesters(attesters: Deployment["attesters"]): Promise<Domain> {
  const network = await attesters.runner?.provider?.getNetwork();
  if (network === undefined) throw new Error("the registry is not connected to a chain");
  const verifyingContract = await attesters.getAddress();
  return { name: "Scrimshaw AttesterRegistry", version: "1", chainId: network.chainId, verifyingContract };
}

/** Number and hash of a block; of the newest one if none is named. */
export async function blockOf(
  number: bigint | "latest" = "latest",
  provider: Pick<Provider, "getBlock"> = ethers.provider,
): Promise<{ blockNumber: bigint; blockHash: string }> {
  const block = await provider.getBlock(number);
  if (!block?.hash) throw new Error("the chain has no such block");
  return { blockNumber: BigInt(block.number), blockHash: block.hash };
}

/** What `proveLife` takes, signed by an account over a block. */
export async function signOfLife(
  { attesters }: Pick<Deployment, "attesters">,
  key: Wallet,
  block?: { blockNumber: bigint; blockHash: string },
): Promise<[attesterId: string, blockNumber: bigint, seal: string]> {
  const attesterId = keccak256(key.address);
  const { blockNumber, blockHash } = block ?? (await blockOf("latest", attesters.runner?.provider ?? ethers.provider));
  const message = { attesterId, blockNumber, blockHash };
  return [attesterId, blockNumber, await key.signTypedData(await domainOfAttesters(attesters), LIFE_TYPES, message)];
}
