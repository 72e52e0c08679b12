import type { Provider } from "ethers";

import type { DocumentTerms } from "../../attesters/check-document.ts";
import type { KeyVerifiers } from "../../attesters/signer-key.ts";
import type { AttesterRegistry } from "../../../typechain/AttesterRegistry.ts";
import type { ModelRegistry } from "../../../typechain/ModelRegistry.ts";
import type { ProofRegistry } from "../../../typechain/ProofRegistry.ts";
import type { Identities } from "../../models/age/identities.ts";
import type { BlobId } from "../../walrus/blob-id.ts";
import type { BlobStore } from "../../walrus/blob-store.ts";
import type { Disclosure } from "../disclosure-file.ts";
import type { Hex } from "../statement.ts";
import type { Check, CheckList } from "./report.ts";

/** What an auditor has: a node of the chain, the registries' addresses and aggregators. Nothing else is believed. */
export interface AuditSources {
  readonly provider: Provider;
  readonly proofRegistry: ProofRegistry;
  readonly modelRegistry: ModelRegistry;
  readonly attesterRegistry: AttesterRegistry;
  /** Verifiers whose word the auditor takes; a proof chooses its own, so another one's answer means nothing. */
  readonly trustedVerifiers: readonly string[];
  /** The contracts that are believed for attesters' keys which are no accounts. */
  readonly keyVerifiers: KeyVerifiers;
  /** First block that can hold the registries' events. */
  readonly fromBlock: number;
  /** Reads only. */
  readonly store: BlobStore;
  /** Computes a Blob ID from bytes, at the network's number of shards. */
  readonly computeBlobId: (bytes: Uint8Array) => Promise<BlobId>;
  /**
   * Collects and verifies an availability certificate and says in words what it shows; throws what is wrong with it. Left out where the
   * storage committee is not known.
   */
  readonly checkCertificate?: (blobId: BlobId) => Promise<string>;
}

export interface AuditOptions extends AuditSources {
  /** Runs the model again on inputs that the evidence shows. Default false. */
  readonly rerun?: boolean;
  /** Limit for loading a model and for each run of it, in milliseconds. Default 60,000. */
  readonly rerunTimeoutMs?: number;
  /** After so many milliseconds of loading and running models no further run begins, in all of the audit. Default 3,600,000. */
  readonly rerunBudgetMs?: number;
  /** How attestation documents of attesters are judged. Default: by the root of AWS, at most a day old when they were admitted. */
  readonly attestationTerms?: DocumentTerms;
  /** Values that provers gave to this auditor alone, to run unpublished inferences again. */
  readonly disclosures?: readonly Disclosure[];
  /** Open private models and encrypted evidence, to run inferences again. Without them that is not checked. */
  readonly identities?: Identities;
  /** Threads that check signatures of a large batch at most; 0 for the caller's own. Default: one a core. */
  readonly signatureThreads?: number;
  /** How many proofs of each batch to look at, drawn at random, by `seed` where an audit is repeated. Default: all. */
  readonly sample?: { readonly size: number; readonly seed?: Hex };
  readonly signal?: AbortSignal;
  /** Hears each answer as it is found. */
  readonly onCheck?: (check: Check) => void;
}

/** The options with the list that all checks write to. */
export interface Audit extends AuditOptions {
  readonly list: CheckList;
}
