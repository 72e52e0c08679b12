import { AttesterChecks } from "./check-attester.ts";
import { ModelChecks } from "./check-model.ts";
import type { Audit } from "./context.ts";
import { Reruns } from "./rerun.ts";

/** What the proofs of one audit share: each model version, attester and runnable model is looked up once. Close it when done. */
export class SharedChecks implements AsyncDisposable {
  readonly models: ModelChecks;
  readonly attesters: AttesterChecks;
  readonly reruns: Reruns;

  constructor(audit: Audit) {
    this.models = new ModelChecks(audit);
    this.attesters = new AttesterChecks(audit);
    this.reruns = new Reruns(audit);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.reruns.close();
  }
}
