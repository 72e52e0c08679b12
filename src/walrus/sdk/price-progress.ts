import type { LongWork } from "../blob-store.ts";
import type { SdkStep } from "./sdk-step.ts";

/** Tells a step that will be paid for as progress. */
export function priceProgress(step: SdkStep, onProgress: LongWork["onProgress"]): void {
  if (step.kind === "tip") {
    onProgress?.({ kind: "price", amount: step.amount, coin: "SUI", for: `the relay ${step.host}` });
  } else if (step.kind === "register" || step.kind === "extend") {
    const more = step.kind === "extend" ? " more" : "";
    onProgress?.({ kind: "price", amount: step.cost, coin: "WAL", for: `${step.epochs}${more} epochs` });
  }
}
