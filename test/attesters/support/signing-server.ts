import { type KeyObject, constants, sign } from "node:crypto";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import { p256 } from "@noble/curves/nist.js";
import { fakeServer } from "../../walrus/fake-server.ts";

interface SigningRequest {
  readonly scheme: "secp256k1" | "p256" | "rsa-pss";
  readonly digest: `0x${string}`;
  readonly message: { readonly value: Readonly<Record<string, unknown>> };
}

export interface SigningServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly { readonly authorization: string | undefined; readonly body: SigningRequest }[];
}

/** A signer in the manner of a KMS: it holds the key, and answers ECDSA as DER, with whichever `s` came out. */
export async function signingServer({
  key,
  token,
}: {
  readonly key: KeyObject;
  readonly token?: string;
}): Promise<SigningServer> {
  const requests: { authorization: string | undefined; body: SigningRequest }[] = [];
  const signed = ({ scheme, digest }: SigningRequest): Uint8Array => {
    const bytes = Buffer.from(digest.slice(2), "hex");
    if (scheme === "rsa-pss")
      return sign("sha256", bytes, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });
    const secret = Buffer.from(key.export({ format: "jwk" }).d!, "base64url");
    return (scheme === "p256" ? p256 : secp256k1).sign(bytes, secret, { prehash: false, lowS: false, format: "der" });
  };
  const server = await fakeServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { authorization } = request.headers;
      if (token !== undefined && authorization !== `Bearer ${token}`) {
        response.writeHead(403).end(`no right to sign with ${authorization ?? "nothing"}`);
        return;
      }
      const body = JSON.parse(Buffer.concat(chunks).toString()) as SigningRequest;
      requests.push({ authorization, body });
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ signature: `0x${Buffer.from(signed(body)).toString("hex")}` }));
    });
  });
  return { url: server.url, requests, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}
