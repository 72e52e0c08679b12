import { z } from "zod";
import { ScrimshawError } from "../errors.ts";
import { isLoopback } from "../loopback.ts";
import { readText } from "../walrus/exchange.ts";
import type { RawSign } from "./key-attester.ts";

export interface HttpSignerOptions {
  /** Where to POST `{scheme, digest, message}`; the answer is `{"signature": "0x..."}`. */
  readonly url: string;
  /** For the header `Authorization: Bearer`, read anew for each signature. */
  readonly token?: () => Promise<string>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

const MAX_ANSWER = 16_384;
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/;
const shape = z.object({
  signature: z
    .string()
    .regex(/^0x([0-9a-fA-F]{2}){1,1024}$/)
    .transform((hex): Uint8Array => Buffer.from(hex.slice(2), "hex")),
});

function failed(code: string, expected: string, found: string, cause?: unknown): ScrimshawError {
  const next = "Check scrimshaw.attesters in hardhat.config.ts, and the signer's own log.";
  return new ScrimshawError({ code: `attesters.${code}`, expected, found, next, cause });
}

function checkedUrl(text: string, secret: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const expected =
    "the http or https URL of a signer, without a password in it, https where a token is sent to another machine";
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "")
    throw failed("signer-url-invalid", expected, "another URL");
  if (secret && url.protocol === "http:" && !isLoopback(url.hostname))
    throw failed("signer-url-invalid", expected, `http to ${url.hostname}`);
  return url;
}

/**
 * A signer behind HTTP, such as a KMS's own proxy. It is not trusted to sign well: `remoteAttester` verifies what it answers. Neither its
 * answer nor the token shows in an error, for one may hold the other.
 * @throws ScrimshawError `attesters.signer-url-invalid`; when it signs `attesters.signer-unreachable`, `-refused`, `-answer-invalid`
 */
export function httpSigner({ url: text, token, timeoutMs = 30_000, signal }: HttpSignerOptions): RawSign {
  const url = checkedUrl(text, token !== undefined);
  const expected = `a signature from ${url.origin}`;
  return async (request) => {
    const bearer = (await token?.())?.trim();
    if (bearer !== undefined && !TOKEN.test(bearer))
      throw failed("signer-token-invalid", "a token of the characters that a header takes", "others, or none");
    const timeout = AbortSignal.timeout(timeoutMs);
    let answer: string | undefined;
    let status: number;
    try {
      const response = await fetch(url, {
        method: "POST",
        redirect: "error",
        headers: {
          "content-type": "application/json",
          ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        },
        body: JSON.stringify(request, (_key, value: unknown) => (typeof value === "bigint" ? value.toString() : value)),
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      status = response.status;
      answer = response.body === null ? "" : await readText({ pieces: response.body, limit: MAX_ANSWER });
    } catch (cause) {
      signal?.throwIfAborted();
      throw failed("signer-unreachable", expected, timeout.aborted ? `none in ${timeoutMs} ms` : "no answer", cause);
    }
    if (status !== 200) throw failed("signer-refused", expected, `status ${status}`);
    try {
      return shape.parse(JSON.parse(answer ?? "")).signature;
    } catch {
      throw failed("signer-answer-invalid", `${expected}, as {"signature": "0x..."}`, "another answer");
    }
  };
}
