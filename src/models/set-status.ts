import type { ModelRegistry } from "../../typechain/ModelRegistry.ts";
import { ScrimshawError } from "../errors.ts";
import { requireReason } from "./reason.ts";
import { STATUSES } from "./records.ts";
import type { VersionStatus } from "./records.ts";
import { formatReference } from "./reference.ts";
import type { ModelReference } from "./reference.ts";
import type { SentTransaction } from "./register.ts";
import { requireUsable } from "./require-usable.ts";
import { resolveVersion } from "./resolve.ts";
import { sendChange } from "./send-change.ts";
import type { ChangeOptions } from "./send-change.ts";

export interface SetStatusOptions extends ChangeOptions {
  /** Connected to the signer that owns the model. */
  readonly registry: ModelRegistry;
  /** The version, by number, tag or label: what is said for good is not said of whatever is newest. */
  readonly reference: ModelReference;
  readonly status: VersionStatus;
  /** For people: at most 256 bytes, kept in the event. Needed to revoke. */
  readonly reason?: string;
}

/** What the owner says about a version now. */
export interface StatusChange {
  readonly modelId: `0x${string}`;
  readonly version: number;
  readonly status: VersionStatus;
  readonly before: VersionStatus;
  /** Undefined if it was said already; the reason is then the one given before. */
  readonly transaction: SentTransaction | undefined;
}

/**
 * Says what the owner thinks of a version: `deprecated` and back to `active`, or `revoked`, which is for good.
 * @throws ScrimshawError `models.version-missing`, `models.reason-missing`, `models.reason-too-long`, `models.version-revoked`,
 *   errors of `resolveVersion` and of the room `chain`
 */
export async function setStatus(options: SetStatusOptions): Promise<StatusChange> {
  const { registry, reference, status, reason = "", signal, onSent } = options;
  requireReason(reason, { required: status === "revoked" });
  if (reference.selector.kind === "newest") {
    throw new ScrimshawError({
      code: "models.version-missing",
      expected: "a version, as in <creator>/<name>@3",
      found: formatReference(reference),
      next: "Name the version by number, tag or label; `npx hardhat model show` lists them.",
    });
  }
  const resolved = await resolveVersion(options);
  const { version, status: before } = resolved.version;
  const { modelId } = resolved.model;
  if (before === status) return { modelId, version, status, before, transaction: undefined };
  requireUsable(resolved, reference);
  const { transaction } = await sendChange({
    kind: "status",
    what: `call version ${version} ${status}`,
    send: () => registry.setStatus(modelId, version, STATUSES.indexOf(status), reason),
    ...{ signal, onSent },
  });
  return { modelId, version, status, before, transaction };
}
