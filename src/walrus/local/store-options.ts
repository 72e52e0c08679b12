import { MAX_EPOCHS_AHEAD } from "../epochs.ts";
import { type Answer, errorAnswer } from "./api-answer.ts";

/** What a client asks of the publisher in the query of a PUT. */
export interface StoreOptions {
  readonly epochs: number;
  readonly deletable: boolean;
  /** Make a new lease even if one is long enough. */
  readonly force: boolean;
  /** A Sui address, or `shared`. */
  readonly owner: string | undefined;
}

const KNOWN = new Set([
  "encoding_type",
  "epochs",
  "deletable",
  "permanent",
  "force",
  "reuse_resources",
  "send_object_to",
  "share",
  "quilt_version",
]);

function refuse(message: string): Answer {
  return errorAnswer({ code: 400, reason: "INVALID_STORE_OPTIONS", message });
}

/** Reads the query, or says in an answer what is wrong with it. */
export function parseStoreOptions(query: URLSearchParams): StoreOptions | Answer {
  const unknown = [...query.keys()].find((name) => !KNOWN.has(name));
  if (unknown !== undefined) return refuse(`unknown parameter ${JSON.stringify(unknown.slice(0, 40))}`);
  const flags = ["deletable", "permanent", "force", "reuse_resources", "share"].map(
    (name) => query.get(name) ?? "false",
  );
  if (flags.some((flag) => flag !== "true" && flag !== "false")) return refuse("a flag is true or false");
  const [deletable, permanent, force, , share] = flags.map((flag) => flag === "true");
  if (deletable === true && permanent === true) return refuse("the blob cannot be both deletable and permanent");
  if ((query.get("encoding_type") ?? "RS2") !== "RS2") return refuse("the only encoding type is RS2");
  const text = query.get("epochs") ?? "1";
  const epochs = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (epochs < 1 || epochs > MAX_EPOCHS_AHEAD) return refuse(`epochs is a number from 1 to ${MAX_EPOCHS_AHEAD}`);
  const address = query.get("send_object_to");
  if (address !== null && !/^0x[0-9a-fA-F]{1,64}$/.test(address)) return refuse("send_object_to is a Sui address");
  if (address !== null && share === true) return refuse("a blob is shared or sent, not both");
  return {
    epochs,
    deletable: permanent !== true,
    force: force === true,
    owner: share === true ? "shared" : (address?.toLowerCase() ?? undefined),
  };
}
