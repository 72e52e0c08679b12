import canonicalize from "canonicalize";
import { expect } from "chai";
import { keccak256 } from "ethers";
import fc from "fast-check";
import { readFile } from "node:fs/promises";
import { isScrimshawError } from "../../src/errors.ts";
import { blobsHashOf, decodeManifest, encodeManifest } from "../../src/models/manifest-bytes.ts";
import { manifestJsonSchema } from "../../src/models/manifest-json-schema.ts";
import type { BlobAge, FilePart, Manifest } from "../../src/models/manifest.ts";
import { blobIdOf, sampleManifest, sha256 } from "./support/manifests.ts";
import { refusal } from "../support/rejection.ts";

const WEIGHTS = { format: "safetensors", tensors: 2, parameters: { BF16: 7, F32: 0 } } as const;

type Change = (manifest: Manifest) => unknown;

function file(manifest: Manifest, index: number): Manifest["files"][number] {
  const found = manifest.files[index];
  if (!found) throw new Error("no such file");
  return found;
}

function part(manifest: Manifest, index: number, at = 0): FilePart {
  const found = file(manifest, index).parts[at];
  if (!found) throw new Error("no such part");
  return found;
}

function blob(manifest: Manifest, index: number): Manifest["blobs"][number] {
  const found = manifest.blobs[index];
  if (!found) throw new Error("no such blob");
  return found;
}

function ageOf(manifest: Manifest, index: number): BlobAge {
  const { age } = blob(manifest, index);
  if (!age) throw new Error("no age file");
  return age;
}

/** The sample as a private model: every blob an age file, and the large file two whole blobs. */
function privateManifest(): Manifest {
  const manifest = sampleManifest();
  const [weights] = manifest.files.splice(2, 1);
  if (!weights) throw new Error("no such file");
  const [first, second] = weights.parts;
  if (!first || !second) throw new Error("no such part");
  manifest.blobs.push({ id: blobIdOf(250), sha256: second.sha256, size: second.length });
  weights.parts = [first, { ...second, blob: 2, offset: 0 }];
  manifest.files.push(weights);
  manifest.encryption = { format: "age", recipients: sha256("age1...") };
  manifest.blobs = manifest.blobs.map(({ id, sha256: hash, size }) => ({
    id,
    sha256: sha256(`age of ${hash}`),
    size: 168 + 16 + 16 + size,
    age: { header: sha256("header"), sha256: hash, size },
  }));
  return manifest;
}

/** The canonical bytes of the sample after a change that the encoder itself would refuse. */
function changed(change: Change): Uint8Array {
  const manifest = sampleManifest();
  change(manifest);
  return Buffer.from(canonicalize(manifest) ?? "");
}

const utf8 = (text: string): Uint8Array => Buffer.from(text, "utf8");

describe("the manifest", () => {
  it("is canonical JSON that reads back to the same value", () => {
    const bytes = encodeManifest(sampleManifest());
    expect(Buffer.from(bytes).toString()).to.match(/^\{"blobs":\[\{"id":"AQEB/);
    expect(decodeManifest(bytes)).to.deep.equal(sampleManifest());
  });

  it("has the schema that docs/schema holds", async () => {
    const kept: unknown = JSON.parse(
      await readFile(new URL("../../docs/schema/model-1.schema.json", import.meta.url), "utf8"),
    );
    expect(manifestJsonSchema()).to.deep.equal(kept);
  });

  it("hashes the raw IDs of its blobs, in order", () => {
    expect(blobsHashOf(sampleManifest())).to.equal(keccak256(`0x${"01".repeat(32)}${"c8".repeat(32)}`));
  });

  it("keeps an empty file without parts", () => {
    const manifest = sampleManifest();
    manifest.files.push({ path: "z", size: 0, sha256: sha256(""), parts: [] });
    expect(decodeManifest(encodeManifest(manifest)).files.at(-1)?.size).to.equal(0);
  });

  it("keeps what headers say of tensors", () => {
    const manifest = sampleManifest();
    Object.assign(file(manifest, 2), { weights: WEIGHTS });
    expect(file(decodeManifest(encodeManifest(manifest)), 2).weights).to.deep.equal(WEIGHTS);
  });

  it("keeps what is said of blobs that are age files", () => {
    const manifest = privateManifest();
    expect(decodeManifest(encodeManifest(manifest))).to.deep.equal(manifest);
  });

  it("lets two files share one identical range", () => {
    const manifest = sampleManifest();
    manifest.files.splice(1, 0, { ...file(manifest, 0), path: "a2.txt" });
    expect(decodeManifest(encodeManifest(manifest)).files).to.have.length(4);
  });
});

describe("a manifest from outside", () => {
  it("is refused when its schema is unknown, by name", async () => {
    const error = await refusal("models.manifest-schema-unknown", () =>
      decodeManifest(changed((m) => Object.assign(m, { schema: "scrimshaw.model/9" }))),
    );
    expect(error.found).to.include("scrimshaw.model/9");
  });

  for (const text of ["[]", "null", "3", "{}", '{"schema":7}']) {
    it(`is refused when it is ${text}`, () =>
      refusal("models.manifest-schema-unknown", () => decodeManifest(utf8(text))));
  }

  it("is refused when it is no JSON", () => refusal("models.manifest-invalid", () => decodeManifest(utf8("%PDF-1.7"))));
  it("is refused when it is no UTF-8", () =>
    refusal("models.manifest-invalid", () => decodeManifest(Uint8Array.of(0x22, 0xff, 0x22))));

  it("is refused in any other spelling of the same JSON", async () => {
    const text = Buffer.from(encodeManifest(sampleManifest())).toString();
    const others = [
      JSON.stringify(sampleManifest()),
      JSON.stringify(JSON.parse(text), null, 2),
      `${text}\n`,
      text.replace('"size":5', '"size":5.0'),
      text.replace('"size":5', '"size":5,"size":5'),
      text.replace('"sample"', '"s\\u0061mple"'),
    ];
    for (const other of others) await refusal("models.manifest-not-canonical", () => decodeManifest(utf8(other)));
  });

  const faults: Record<string, Change> = {
    "an unknown key": (m) => Object.assign(m, { extra: 1 }),
    "an unknown key of a file": (m) => Object.assign(file(m, 0), { mode: 0o777 }),
    "a bad name": (m) => (m.name = "Sample!"),
    "no files": (m) => (m.files = []),
    "no blobs": (m) => (m.blobs = []),
    "a Blob ID that is not canonical base64url": (m) => Object.assign(m.blobs[0] ?? {}, { id: "A".repeat(42) + "B" }),
    "an upper-case hash": (m) => (file(m, 0).sha256 = file(m, 0).sha256.toUpperCase()),
    "a fractional size": (m) => (file(m, 0).size = 4.5),
    "a negative offset": (m) => (part(m, 0).offset = -1),
    "a size beyond 2^53": (m) => (file(m, 0).size = 2 ** 60),
    "a part without bytes": (m) => (part(m, 0).length = 0),
    "a part beyond 256 MiB": (m) => (part(m, 0).length = 2 ** 28 + 1),
    "files out of order": (m) => m.files.reverse(),
    "blobs out of order": (m) => m.blobs.reverse(),
    "a blob twice": (m) => Object.assign(m.blobs[1] ?? {}, { id: blobIdOf(1) }),
    "a blob that no file uses": (m) => m.blobs.push({ id: blobIdOf(255), sha256: sha256("x"), size: 1 }),
    "a part in no blob": (m) => (part(m, 2, 1).blob = 2),
    "a part out of its blob's range": (m) => (part(m, 2, 1).offset = 12),
    "parts that cover too little": (m) => file(m, 2).parts.pop(),
    "parts that cover too much": (m) => (file(m, 0).size = 4),
    "parts that overlap": (m) => (part(m, 1).offset = 4),
    "two hashes for one range": (m) =>
      m.files.splice(1, 0, {
        ...file(m, 0),
        path: "a2",
        sha256: sha256("x"),
        parts: [{ ...part(m, 0), sha256: sha256("x") }],
      }),
    "a file and its only part with different hashes": (m) => (file(m, 0).sha256 = sha256("x")),
    "a whole blob and its part with different hashes": (m) => (part(m, 2).sha256 = sha256("x")),
    "one hash for a file of two sizes": (m) => {
      const { size, parts } = file(m, 1);
      m.files.push({ path: "z", size: size - 1, sha256: file(m, 1).sha256, parts: parts.map((one) => ({ ...one })) });
      part(m, 3).length -= 1;
    },
    "an empty file with another hash": (m) => m.files.push({ path: "z", size: 0, sha256: sha256("x"), parts: [] }),
    "weights of another format": (m) => Object.assign(file(m, 0), { weights: { ...WEIGHTS, format: "pickle" } }),
    "a number of parameters below zero": (m) =>
      Object.assign(file(m, 0), { weights: { ...WEIGHTS, parameters: { F32: -1 } } }),
    "an element type that is a sentence": (m) =>
      Object.assign(file(m, 0), { weights: { ...WEIGHTS, parameters: { "my type": 1 } } }),
    "more element types than any file has": (m) => {
      const parameters = Object.fromEntries(Array.from({ length: 33 }, (_, at) => [`T${String(at)}`, 1]));
      Object.assign(file(m, 0), { weights: { ...WEIGHTS, parameters } });
    },
    "a lone surrogate": (m) => (m.metadata.notes = "\ud800"),
  };
  for (const [fault, change] of Object.entries(faults)) {
    it(`is refused with ${fault}`, async () => {
      const text = JSON.stringify(JSON.parse(sortedJson(change)));
      await refusal("models.manifest-invalid", () => decodeManifest(utf8(text)));
      const manifest = sampleManifest();
      change(manifest);
      await refusal("models.manifest-invalid", () => encodeManifest(manifest));
    });
  }

  const privateFaults: Record<string, Change> = {
    "no word of encryption": (m) => delete m.encryption,
    "encryption of another kind": (m) => Object.assign(m.encryption ?? {}, { format: "zip" }),
    "a blob in the clear among others": (m) => delete m.blobs[1]?.age,
    "a header of no bytes": (m) => (blob(m, 0).size -= 168),
    "a header without end": (m) => (blob(m, 0).size += 65_536),
    "a plaintext larger than its ciphertext": (m) => (ageOf(m, 0).size = 10_000),
    "a part out of the plaintext's range": (m) => (ageOf(m, 0).size = 10),
    "a whole plaintext and its part with different hashes": (m) => (ageOf(m, 1).sha256 = sha256("x")),
    "a plaintext of more than 256 MiB": (m) => (ageOf(m, 0).size = 2 ** 28 + 1),
    "a file in pieces of other blobs": (m) => {
      const [first, second] = file(m, 2).parts;
      if (!first || !second) throw new Error("no such part");
      file(m, 2).parts = [second, first];
      second.length -= 1;
      file(m, 2).size -= 1;
    },
  };
  for (const [fault, change] of Object.entries(privateFaults)) {
    it(`of a private model is refused with ${fault}`, async () => {
      const manifest = privateManifest();
      change(manifest);
      await refusal("models.manifest-invalid", () => encodeManifest(manifest));
      await refusal("models.manifest-invalid", () => decodeManifest(utf8(canonicalize(manifest) ?? "")));
    });
  }

  it("is refused with path tricks, on both sides", async () => {
    for (const path of ["../a", "/a", "C:a", "A\\b", "a\0"]) {
      await refusal("models.path-invalid", () => decodeManifest(changed((m) => (file(m, 0).path = path))));
      const manifest = sampleManifest();
      file(manifest, 0).path = path;
      await refusal("models.path-invalid", () => encodeManifest(manifest));
    }
    await refusal("models.path-collision", () => decodeManifest(changed((m) => (file(m, 0).path = "B/c.txt"))));
  });

  it("is refused quickly when it lists a million files", async () => {
    const entry = '{"parts":[],"path":"a","sha256":"","size":0}';
    const text = `{"blobs":[],"files":[${Array.from({ length: 150_000 }, () => entry).join(",")}],"schema":"scrimshaw.model/1"}`;
    const start = performance.now();
    await refusal("models.manifest-invalid", () => decodeManifest(utf8(text)));
    const long = Buffer.concat([utf8(text), Buffer.alloc(8 * 2 ** 20, 0x20)]);
    await refusal("models.manifest-too-large", () => decodeManifest(long));
    const lists = `{"schema":"scrimshaw.model/1","files":[${Array.from({ length: 20_000 }, () => "0").join(",")}],"blobs":[]}`;
    expect((await refusal("models.manifest-invalid", () => decodeManifest(utf8(lists)))).found).to.include("longer");
    const nested = `{"schema":"scrimshaw.model/1","files":${"[".repeat(2_000_000)}${"]".repeat(2_000_000)},"blobs":[]}`;
    await refusal("models.manifest-invalid", () => decodeManifest(utf8(nested)));
    expect(performance.now() - start).to.be.below(5000);
  });

  it("is either refused in our words or round-trips, whatever value it holds", () => {
    const base = sampleManifest();
    const small = fc.oneof(
      fc.integer({ min: -1, max: 20 }),
      fc.string({ maxLength: 3 }),
      fc.constant(null),
      fc.double(),
    );
    fc.assert(
      fc.property(
        fc.nat(2),
        fc.nat(1),
        fc.constantFrom("blob", "offset", "length", "sha256", "size"),
        small,
        (f, p, key, value) => {
          const manifest = structuredClone(base);
          const target = key === "size" ? manifest.files[f] : manifest.files[f]?.parts[p];
          Object.assign(target ?? {}, { [key]: value });
          try {
            const bytes = utf8(canonicalize(JSON.parse(JSON.stringify(manifest))) ?? "");
            expect(Buffer.from(encodeManifest(decodeManifest(bytes))).equals(bytes)).to.equal(true);
          } catch (error) {
            if (!isScrimshawError(error)) throw error;
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** JSON with sorted keys; unlike canonical JSON it can hold a lone surrogate. */
function sortedJson(change: Change): string {
  const manifest = sampleManifest();
  change(manifest);
  const sort = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sort);
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(
      Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, child]) => [key, sort(child)]),
    );
  };
  return JSON.stringify(sort(manifest));
}
