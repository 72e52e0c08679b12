import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

import { ScrimshawError } from "../errors.ts";
import type { PublisherToken } from "./publisher-token.ts";

/** Enough for the way to the publisher, which looks at a token when a request begins. */
const LIFETIME_SECONDS = 300;

/** What Walrus's publisher reads in a token (`walrus-service` `auth.rs`). */
export interface PublisherClaims {
  /** Seconds since 1970. */
  readonly iat?: number;
  readonly exp: number;
  /** Each may be used once. */
  readonly jti: string;
  readonly epochs?: number;
  readonly max_epochs?: number;
  readonly size?: number;
  readonly max_size?: number;
  readonly send_object_to?: string;
}

/**
 * A publisher's secret as its operator writes it (`--jwt-decode-secret`): text, or bytes as 0x and hex digits.
 * @throws ScrimshawError `walrus.publisher-secret-invalid`, without the secret
 */
export function publisherSecretBytes(secret: string): Buffer {
  const isHex = secret.startsWith("0x");
  if (isHex ? /^0x(?:[0-9a-fA-F]{2})+$/.test(secret) : secret.length > 0) {
    return isHex ? Buffer.from(secret.slice(2), "hex") : Buffer.from(secret);
  }
  throw new ScrimshawError({
    code: "walrus.publisher-secret-invalid",
    expected: "a publisher's secret as text, or as 0x and pairs of hex digits",
    found: isHex ? "0x and something else" : "an empty one",
    next: "Correct the variable that walrus.publisherSecret names, for example with `npx hardhat keystore set`.",
  });
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function signature(secret: Uint8Array, signed: string): Buffer {
  return createHmac("sha256", secret).update(signed).digest();
}

/** A JWT over these claims (RFC 7519, HS256). */
export function signClaims({ claims, secret }: { readonly claims: PublisherClaims; readonly secret: string }): string {
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${signature(publisherSecretBytes(secret), signed).toString("base64url")}`;
}

/** True if the last part of a JWT is the HS256 signature of what stands before it. */
export function isSigned({ token, secret }: { readonly token: string; readonly secret: string }): boolean {
  const [signed, sent] = [token.slice(0, token.lastIndexOf(".")), token.slice(token.lastIndexOf(".") + 1)];
  const [expected, found] = [signature(publisherSecretBytes(secret), signed), Buffer.from(sent, "base64url")];
  return expected.length === found.length && timingSafeEqual(expected, found);
}

/**
 * Makes a token for each upload from the secret that a publisher shares with those who may use it. It serves once, for a few minutes, and
 * for as many epochs as are asked for.
 * @throws ScrimshawError `walrus.publisher-token-unavailable` at the upload, if there is no secret
 * @example
 * new HttpBlobStore({ publishers, aggregators, publisherToken: publisherJwt({ secret: () => process.env.SECRET ?? "" }) })
 */
export function publisherJwt({
  secret,
  lifetimeSeconds = LIFETIME_SECONDS,
  now = Date.now,
}: {
  readonly secret: () => string | Promise<string>;
  /** What the publisher's `--jwt-expiring-sec` says, if it has one. Default 300. */
  readonly lifetimeSeconds?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}): PublisherToken {
  return async ({ epochs }) => {
    const iat = Math.floor(now() / 1000);
    const claims = { iat, exp: iat + lifetimeSeconds, jti: randomUUID(), epochs };
    return signClaims({ claims, secret: await secret() });
  };
}
