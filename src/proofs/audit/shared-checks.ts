import { BlobIdChecks } from "./blob-id-checks.ts";
import { AttesterChecks } from "./check-attester.ts";
import { ModelChecks } from "./check-model.ts";
import { SealChecks } from "./check-seal.ts";
import type { Audit } from "./context.ts";
import { Reruns } from "./rerun.ts";

/** What the proofs of one audit share: each model version, attester and runnable model is looked up once. Close it when done. */
export class SharedChecks implements AsyncDisposable {
  readonly blobIds: BlobIdChecks;
  readonly models: ModelChecks;
  readonly attesters: AttesterChecks;
  readonly seals: SealChecks;
  readonly reruns: Reruns;

  constructor(audit: Audit) {
    this.blobIds = new BlobIdChecks(audit);
    this.models = new ModelChecks(audit, this.blobIds);
    this.attesters = new AttesterChecks(audit);
    this.seals = new SealChecks(audit, this.attesters);
    this.reruns = new Reruns(audit);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.reruns.close(), this.seals[Symbol.asyncDispose]()]);
  }
}
