import { expect } from "chai";

import { HttpBlobStore } from "../../../src/walrus/http-blob-store.ts";
import type { LocalWalrus } from "../../../src/walrus/local/local-walrus.ts";
import { publisherJwt, type PublisherClaims, signClaims } from "../../../src/walrus/publisher-jwt.ts";
import type { PublisherToken } from "../../../src/walrus/publisher-token.ts";
import { sendQuilts } from "../../../src/walrus/quilt/send-quilts.ts";
import { failure } from "../failure.ts";
import { virtualTime } from "../virtual-time.ts";
import { useNetwork } from "./use-network.ts";

const SECRET = "0xa1b2c3";
const HOUR = 3_600;
const now = Math.floor(Date.now() / 1000);
let made = 0;

/** A token that is in order, but for `claims`. */
function token(claims: Partial<PublisherClaims> = {}, secret = SECRET): string {
  made += 1;
  return signClaims({ claims: { iat: now, exp: now + HOUR, jti: `token ${made}`, ...claims }, secret });
}

/** Walrus's code for an upload of two bytes for one epoch, and the reason or the text beside it. */
async function answer(walrus: LocalWalrus, authorization?: string, query = "epochs=1"): Promise<unknown> {
  const headers = authorization === undefined ? {} : { authorization };
  const response = await fetch(`${walrus.url}/v1/blobs?${query}`, { method: "PUT", body: "ab", headers });
  const text = await response.text();
  if (response.headers.get("content-type") !== "application/json") return [response.status, text];
  const { error } = JSON.parse(text) as { readonly error?: { readonly details: readonly { reason: string }[] } };
  return error === undefined ? response.status : [response.status, error.details[0]?.reason];
}

function unsigned(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

describe("PublisherAuth", () => {
  const { start } = useNetwork();
  const authorized = (options = {}): Promise<LocalWalrus> => start({ publisherAuth: { secret: SECRET, ...options } });
  const open = (walrus: LocalWalrus, publisherToken?: PublisherToken): HttpBlobStore =>
    new HttpBlobStore({
      publishers: [walrus.url],
      aggregators: [walrus.url],
      nShards: 10,
      timing: virtualTime(),
      ...(publisherToken && { publisherToken }),
    });

  it("takes a token once, and answers the others as Walrus's publisher does", async () => {
    await using walrus = await authorized();
    const good = token();
    expect(await answer(walrus)).to.deep.equal([400, "Header of type `authorization` was missing"]);
    expect(await answer(walrus, good)).to.deep.equal([400, "invalid HTTP header (authorization)"]);
    expect(await answer(walrus, `Bearer ${good}`)).to.equal(200);
    expect(await answer(walrus, `Bearer ${good}`)).to.deep.equal([429, "TOKEN_ALREADY_USED"]);
    const [header = "", body = "", signature = ""] = token().split(".");
    for (const [sent, expected] of [
      [token({}, "0xa1b2c4"), [401, "INVALID_SIGNATURE"]],
      [`${header}.${unsigned({ exp: now + HOUR, jti: "mine" })}.${signature}`, [401, "INVALID_SIGNATURE"]],
      [`${header}.${body}.`, [401, "INVALID_SIGNATURE"]],
      [`${unsigned({ alg: "none" })}.${body}.`, [400, "INVALID_TOKEN"]],
      ["no token", [400, "INVALID_TOKEN"]],
      [signClaims({ claims: { exp: now + HOUR } as PublisherClaims, secret: SECRET }), [400, "INVALID_TOKEN"]],
      [token({ exp: now - 61 }), [504, "EXPIRED_SIGNATURE"]],
      [token({ exp: now - 30 }), 200],
    ] as const) {
      expect(await answer(walrus, `Bearer ${sent}`), sent).to.deep.equal(expected);
    }
    expect((await fetch(`${walrus.url}/status`)).status, "nothing else is guarded").to.equal(200);
  });

  it("holds an upload to what its token says, unless told not to", async () => {
    await using walrus = await authorized({ expiringSeconds: HOUR });
    const owner = "0xAb";
    for (const [claims, expected, query] of [
      [{ iat: now - 1 }, [400, "INVALID_EXPIRATION"]],
      [{ size: 3 }, [400, "INVALID_SIZE"]],
      [{ size: 2 }, 200],
      [{ max_size: 1 }, [400, "INVALID_SIZE"]],
      [{ max_size: 2 }, 200],
      [{ size: 2, max_size: 2 }, [400, "INCONSISTENT_TOKEN"]],
      [{ epochs: 1, max_epochs: 1 }, [400, "INCONSISTENT_TOKEN"]],
      [{ epochs: 2 }, [400, "INVALID_EPOCHS"]],
      [{ epochs: 2 }, 200, "epochs=2"],
      [{ max_epochs: 2 }, [400, "INVALID_EPOCHS"], "epochs=3"],
      [{ max_epochs: 2 }, 200],
      [{ send_object_to: owner }, [400, "INVALID_SEND_OBJECT_TO"]],
      [{ send_object_to: owner }, 200, `epochs=1&send_object_to=${owner}`],
    ] as const) {
      expect(await answer(walrus, `Bearer ${token(claims)}`, query), JSON.stringify(claims)).to.deep.equal(expected);
    }
    // A token that was refused is not used up.
    const twoEpochs = `Bearer ${token({ epochs: 2 })}`;
    expect(await answer(walrus, twoEpochs)).to.deep.equal([400, "INVALID_EPOCHS"]);
    expect(await answer(walrus, twoEpochs, "epochs=2")).to.equal(200);
  });

  it("checks tokens alone where uploads are not verified", async () => {
    await using walrus = await authorized({ verifyUpload: false });
    expect(await answer(walrus, `Bearer ${token({ size: 3, epochs: 9 })}`)).to.equal(200);
  });

  it("refuses to start with a secret that is none", async () => {
    for (const secret of ["", "0x", "0xabc", "0xzz"]) {
      expect((await failure(start({ publisherAuth: { secret } }))).code).to.equal("walrus.publisher-secret-invalid");
    }
  });

  describe("and a client", () => {
    const bytes = Buffer.from("for holders of the secret");

    it("that makes a token for each upload: blobs, and quilts sent as forms", async () => {
      await using walrus = await authorized({ expiringSeconds: 300 });
      const secret = (): string => SECRET;
      await using store = open(walrus, publisherJwt({ secret }));
      const { blobId, contentHash } = await store.put({ bytes });
      expect(await store.get({ blobId, contentHash })).to.deep.equal(new Uint8Array(bytes));
      await store.put({ bytes: Buffer.from("another") });
      const [quilt] = await sendQuilts({
        publishers: [walrus.url],
        nShards: 10,
        patches: [{ identifier: "a", bytes }],
        token: publisherJwt({ secret }),
      });
      expect(walrus.blobs()).to.include(quilt?.blobId);
    });

    for (const [what, provide, found] of [
      ["without a token", undefined, "HTTP 400"],
      ["with another secret", publisherJwt({ secret: () => "0xffff" }), "HTTP 401"],
      ["whose token has expired", (): string => token({ exp: now - HOUR }), "HTTP 504"],
      ["whose token is for fewer epochs", (): string => token({ max_epochs: 1 }), "HTTP 400"],
    ] as const) {
      it(`${what} is refused at once, and told what to set`, async () => {
        await using walrus = await authorized();
        let asked = 0;
        const counted: PublisherToken | undefined =
          provide &&
          ((request): string | Promise<string> => {
            asked += 1;
            return provide(request);
          });
        await using store = open(walrus, counted);
        const error = await failure(store.put({ bytes }));
        expect(error.code).to.equal("walrus.publisher-refused");
        expect(error.found).to.contain(found).and.contain(walrus.url);
        expect(error.next).to.contain("walrus.publisherSecret");
        expect(asked).to.be.lessThan(2);
        expect(walrus.blobs()).to.deep.equal([]);
      });
    }

    it("that has one token for two uploads is told so at the second", async () => {
      await using walrus = await authorized();
      const only = token();
      await using store = open(walrus, () => only);
      await store.put({ bytes });
      const error = await failure(store.put({ bytes: Buffer.from("another") }));
      expect(error.code).to.equal("walrus.publisher-refused");
      expect(error.found).to.contain("the JWT token was already used").and.not.contain(only);
      expect(error.next).to.contain("each only once");
    });
  });
});
