import { expect } from "chai";
import fc from "fast-check";

import { FormFault, parseForm } from "../../../src/walrus/local/quilt-form.ts";

const contentType = "multipart/form-data; boundary=X";

function parse(body: string | Buffer, type = contentType, maxParts = 10): readonly (readonly [string, string])[] {
  const parts = parseForm({ body: Buffer.from(body), contentType: type, maxParts });
  return parts.map(({ name, bytes }) => [name, Buffer.from(bytes).toString("latin1")]);
}

describe("parseForm", () => {
  it("reads what Node's own FormData writes", async () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).filter((name) => !/[\r\n"]/.test(name));
    const parts = fc.array(fc.tuple(text, fc.uint8Array({ maxLength: 200 })), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(parts, async (given) => {
        const form = new FormData();
        for (const [name, bytes] of given) form.append(name, new Blob([bytes]), "file");
        const sent = new Response(form);
        const body = Buffer.from(await sent.arrayBuffer());
        const type = sent.headers.get("content-type") ?? "";
        const read = parseForm({ body, contentType: type, maxParts: 8 });
        expect(read.map(({ name, bytes }) => [name, [...bytes]])).to.deep.equal(
          given.map(([name, bytes]) => [name.toWellFormed(), [...bytes]]),
        );
      }),
      { seed: 6, numRuns: 200 },
    );
  });

  it("keeps every byte of a part without a file name, and reads quotes in names", () => {
    const head = 'content-disposition: form-data; filename="a; name=no"; NAME="q\\"u\\o"\r\nx-other: 1\r\n\r\n';
    const body = Buffer.concat([
      Buffer.from(`--X\r\n${head}`),
      Buffer.from([0xef, 0xbb, 0xbf, 0xff, 0, 13, 10]),
      Buffer.from("\r\n--X--\r\n"),
    ]);
    expect(parse(body)).to.deep.equal([['q"u\\o', "\u00ef\u00bb\u00bf\u00ff\u0000\r\n"]]);
  });

  it("reads empty parts, a preamble, an epilogue, white space after a boundary, and quoted boundaries", () => {
    const part = (name: string, bytes: string): string =>
      `Content-Disposition: form-data; name=${name}\r\n\r\n${bytes}\r\n`;
    const body = `before\r\n--X \t\r\n${part("a", "")}--X\r\n${part('"b c"', "not --X")}--X--\r\nafter --X`;
    expect(parse(body, 'Multipart/Form-Data; charset=utf-8; boundary="X"')).to.deep.equal([
      ["a", ""],
      ["b c", "not --X"],
    ]);
    expect(parse("--X--")).to.deep.equal([]);
  });

  const head = 'content-disposition: form-data; name="a"\r\n\r\n';
  const faults: readonly (readonly [string, string, string?])[] = [
    ["another content type", "--X--", "text/plain"],
    ["no boundary in the content type", "--X--", "multipart/form-data"],
    ["a boundary of more than 70 characters", "--X--", `multipart/form-data; boundary=${"X".repeat(71)}`],
    ["an empty body", ""],
    ["a body without its boundary", "--Y--"],
    ["a body that breaks off at a boundary", "--X"],
    ["other bytes after a boundary", `--Xy\r\n${head}\r\n--X--`],
    ["headers that do not end", "--X\r\ncontent-disposition: form-data"],
    ["endless headers", `--X\r\nx: ${"y".repeat(140_000)}\r\n\r\n\r\n--X--`],
    ["a part that does not end", `--X\r\n${head}bytes`],
    ["a part without a name", "--X\r\ncontent-type: a/b\r\n\r\n\r\n--X--"],
    ["more parts than allowed", `${`--X\r\n${head}\r\n`.repeat(11)}--X--`],
  ];
  for (const [what, body, type] of faults) {
    it(`refuses ${what}`, () => {
      expect(() => parse(body, type)).to.throw(FormFault);
    });
  }

  it("neither crashes nor hangs on arbitrary bytes", () => {
    const pieces = fc.constantFrom("--X", "\r\n", "--", head, "\r\n\r\n", "bytes", '"', "\\", ";", "name=", "\n");
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (body) => {
        try {
          parse(body.join(""));
        } catch (error) {
          expect(error).to.be.instanceOf(FormFault);
        }
      }),
      { seed: 7, numRuns: 2_000 },
    );
  });
});
