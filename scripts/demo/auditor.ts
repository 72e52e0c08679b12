import { JsonRpcProvider } from "ethers";
import { connectContract } from "../../src/chain/contracts.ts";
import type { ContractAddresses } from "../../src/chain/deployment.ts";
import type { ContractName } from "../../src/chain/deployments-file.ts";
import { auditProof } from "../../src/proofs/audit/audit-proof.ts";
import type { AuditReport } from "../../src/proofs/audit/report.ts";
import type { Hex } from "../../src/proofs/statement.ts";
import { certificateCheck } from "../../src/walrus/certificate-check.ts";
import { EncoderPool } from "../../src/walrus/encoder-pool.ts";
import { computeBlobId } from "../../src/walrus/compute-blob-id.ts";
import { fetchLocalCommittee } from "../../src/walrus/fetch-local-committee.ts";
import { localSystemSource } from "../../src/walrus/fetch-local-system.ts";
import { HttpBlobStore } from "../../src/walrus/http-blob-store.ts";

/** All that a stranger was told. */
export interface StrangersKnowledge {
  readonly chainUrl: string;
  readonly addresses: ContractAddresses;
  readonly aggregator: string;
}

/** Audits with nothing but `known`: no cache, no publisher, no key. */
export async function auditAsStranger(known: StrangersKnowledge, id: Hex): Promise<AuditReport> {
  const provider = new JsonRpcProvider(known.chainUrl);
  const pool = new EncoderPool();
  const aggregators = [known.aggregator];
  const system = localSystemSource({ urls: aggregators });
  const store = new HttpBlobStore({ publishers: [], aggregators, system, pool });
  const connect = async <Name extends ContractName>(name: Name) => {
    const address = known.addresses[name];
    if (address === undefined) throw new Error(`the demo deployed no ${name}`);
    return connectContract({ name, address, provider });
  };
  try {
    const verifier = await connect("attestedSignatureVerifier");
    const committee = await fetchLocalCommittee({ url: known.aggregator });
    return await auditProof({
      id,
      provider,
      proofRegistry: await connect("proofRegistry"),
      modelRegistry: await connect("modelRegistry"),
      attesterRegistry: await connect("attesterRegistry"),
      trustedVerifiers: [await verifier.getAddress()],
      keyVerifiers: {},
      fromBlock: 0,
      store,
      computeBlobId: async (bytes) => (await computeBlobId({ bytes, pool })).blobId,
      checkCertificate: certificateCheck({ committee }),
      rerun: true,
    });
  } finally {
    await store.close();
    await pool.close();
    provider.destroy();
  }
}

/** What was asked, in few words. */
export function summarise({ checks, proofs }: AuditReport): string {
  const kinds = new Set(checks.map(({ check }) => check)).size;
  return `${kinds} kinds of checks on ${proofs === 1 ? "one proof" : `${proofs} proofs`}: ${checks.length} answers, all passed`;
}

/** How often each check passed. */
export function tally({ checks }: AuditReport): readonly string[] {
  const names = [...new Set(checks.map(({ check }) => check))];
  return names.map((name) => `${name} x${checks.filter(({ check }) => check === name).length}`);
}
