import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { join } from "node:path";
import { Identities } from "../../../src/models/age/identities.ts";
import { parseRecipients } from "../../../src/models/age/recipients.ts";
import { ModelCache } from "../../../src/models/cache/model-cache.ts";
import { publishModel } from "../../../src/models/publish.ts";
import type { PublishModelOptions } from "../../../src/models/publish.ts";
import type { Contents, Folders } from "./folders.ts";
import { setUpPull } from "./pull-world.ts";

/** A new key of age. */
export async function newKey(): Promise<{ secret: string; recipient: string; identities: Identities }> {
  const secret = await generateX25519Identity();
  return { secret, recipient: await identityToRecipient(secret), identities: new Identities(secret) };
}

/** The epoch that the system of these tests is in. */
export const system = { system: () => Promise.resolve({ epoch: 1 }) } as unknown as NonNullable<
  PublishModelOptions["system"]
>;

/** As `setUpPull`, with a publisher that encrypts to one reader's key, and has a cache of its own. */
export async function setUpPrivate(folders: Folders) {
  const world = await setUpPull(folders);
  const reader = await newKey();
  const recipients = await parseRecipients([reader.recipient]);
  const encryption = { recipients, cache: new ModelCache({ root: join(await folders.empty(), "publisher") }) };
  const { registry, store } = world;
  const publishFolder = (folder: string, options: Partial<PublishModelOptions> = {}) =>
    publishModel({ folder, name: "m", registry, store, system, encryption, ...options });
  const publishPrivate = async (contents: Contents, options: Partial<PublishModelOptions> = {}) =>
    publishFolder(await folders.with(contents), options);
  return { ...world, reader, recipients, encryption, publishFolder, publishPrivate };
}
