import { readFile } from "node:fs/promises";
import { httpSigner } from "../attesters/http-signer.ts";
import { keyAttester, remoteAttester } from "../attesters/key-attester.ts";
import { readPrivateKey, readPublicKey } from "../attesters/read-key.ts";
import type { AttesterSigner } from "../attesters/sign-digest.ts";
import type { KeyVerifiers } from "../attesters/signer-key.ts";
import { ScrimshawError } from "../errors.ts";
import type { AttesterConfig } from "./attester-config.ts";
import type { Environment } from "./environment.ts";

/** The deployed contracts that check keys which are no accounts. */
export async function keyVerifiers(environment: Environment): Promise<KeyVerifiers> {
  const { p256Verifier, rsaPssVerifier } = (await environment.deployment()).addresses;
  return {
    ...(p256Verifier !== undefined && { p256: p256Verifier.toLowerCase() }),
    ...(rsaPssVerifier !== undefined && { rsaPss: rsaPssVerifier.toLowerCase() }),
  };
}

/** Text of a key's file. Node's own error may show the path, never the content. */
export async function readKeyFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw new ScrimshawError({
      code: "attesters.key-unreadable",
      expected: `a readable file ${path} with a key in PEM`,
      found: cause instanceof Error && "code" in cause ? String(cause.code) : "none",
      next: "Check the path, or scrimshaw.attesters in hardhat.config.ts.",
    });
  }
}

export interface OpenAttesterOptions {
  /** A name of `scrimshaw.attesters`. */
  readonly name: string;
  readonly attesters: Readonly<Record<string, AttesterConfig>>;
  readonly environment: Environment;
  readonly signal?: AbortSignal;
}

/**
 * The configured attester of a name, ready to sign. Its key is read now, from its file or variable; the one of a remote signer never.
 * @throws ScrimshawError `attesters.unknown-name`, `attesters.key-unreadable`, `attesters.key-unsupported`, `attesters.verifier-unknown`,
 * `attesters.signer-url-invalid`
 */
export async function openAttester(options: OpenAttesterOptions): Promise<AttesterSigner> {
  const { name, attesters, environment, signal } = options;
  const config = Object.hasOwn(attesters, name) ? attesters[name] : undefined;
  if (config === undefined) throw unknownName(name, Object.keys(attesters).toSorted());
  const verifiers = await keyVerifiers(environment);
  if (config.kind === "remote") {
    const { url, publicKeyFile, token } = config;
    const sign = httpSigner({ url, ...(token && { token: () => token.get() }), ...(signal && { signal }) });
    return remoteAttester({ publicKey: readPublicKey(await readKeyFile(publicKeyFile)), verifiers, sign });
  }
  const text = config.kind === "file" ? await readKeyFile(config.keyFile) : await config.key.get();
  return keyAttester({ privateKey: readPrivateKey(text), verifiers });
}

function unknownName(name: string, known: readonly string[]): ScrimshawError {
  return new ScrimshawError({
    code: "attesters.unknown-name",
    expected: known.length === 0 ? "an attester in scrimshaw.attesters" : `one of ${known.join(", ")}`,
    found: JSON.stringify(name.slice(0, 80)),
    next: "Add it to scrimshaw.attesters in hardhat.config.ts: {keyFile}, {key: configVariable(...)} or {url, publicKeyFile}.",
  });
}
