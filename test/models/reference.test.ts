import { expect } from "chai";
import fc from "fast-check";
import { isScrimshawError } from "../../src/errors.ts";
import { modelIdOf } from "../../src/models/model-id.ts";
import { formatReference, parseReference } from "../../src/models/reference.ts";
import { deployRegistry, networkHelpers } from "./support/chain.ts";
import { refusal } from "../support/rejection.ts";

const CREATOR = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

describe("parseReference", () => {
  const parse = (text: string) => parseReference({ text, addressBook: { alice: CREATOR.toLowerCase() } });

  it("knows numbers, names, and the newest version with and without the word latest", () => {
    expect(parse(`${CREATOR}/iris`).selector).to.deep.equal({ kind: "newest" });
    expect(parse(`${CREATOR}/iris@latest`).selector).to.deep.equal({ kind: "newest" });
    expect(parse(`${CREATOR}/iris@12`).selector).to.deep.equal({ kind: "number", version: 12 });
    expect(parse(`${CREATOR}/iris@stable`).selector).to.deep.equal({ kind: "name", name: "stable" });
    expect(parse(`${CREATOR}/iris@1.0.0+build`).selector).to.deep.equal({ kind: "name", name: "1.0.0+build" });
  });

  it("takes creators from the address book, and addresses of any case", () => {
    expect(parse("alice/iris").creator).to.equal(CREATOR);
    expect(parse(`${CREATOR.toLowerCase()}/iris`).creator).to.equal(CREATOR);
  });

  for (const text of [
    "",
    "iris",
    "/iris",
    "alice/",
    "alice/iris@",
    "alice/iris@0",
    "alice/iris@007",
    "alice/iris@4294967296",
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => refusal("models.reference-invalid", () => parse(text)));
  }
  for (const text of ["alice/Iris", "alice/a/b", "alice/iris@a@b", "alice/iris@a b", `alice/${"a".repeat(65)}`]) {
    it(`refuses ${JSON.stringify(text)}`, () => refusal("models.reference-invalid", () => parse(text)));
  }
  for (const creator of ["bob", "0x1234", CREATOR.slice(2), CREATOR.replace("C5", "c5"), "constructor", "__proto__"]) {
    it(`refuses the creator ${creator}`, () => refusal("models.creator-unknown", () => parse(`${creator}/iris`)));
  }

  it("reads what formatReference writes, and refuses everything else in our words", () => {
    const tail = fc.oneof(fc.stringMatching(/^@?[a-zA-Z0-9._+-]{0,40}$/), fc.string({ maxLength: 10 }));
    fc.assert(
      fc.property(tail, (text) => {
        try {
          const reference = parse(`alice/iris${text}`);
          expect(parse(formatReference(reference))).to.deep.equal(reference);
        } catch (error) {
          if (!isScrimshawError(error)) throw error;
        }
      }),
    );
  });
});

describe("modelIdOf", () => {
  it("is the id that the registry computes", async () => {
    const { registry } = await networkHelpers.loadFixture(deployRegistry);
    expect(modelIdOf({ creator: CREATOR, name: "iris" })).to.equal(await registry.modelIdOf(CREATOR, "iris"));
  });
});
