/** One field of a form, with the bytes exactly as they were sent. */
export interface FormPart {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const MAX_PART_HEADERS = 131_072;
const LINE_END = "\r\n";

/** Why a body is no form, for the answer that refuses it. */
export class FormFault extends Error {}

function boundaryOf(contentType: string): string {
  if (!/^\s*multipart\/form-data\s*(;|$)/i.test(contentType))
    throw new FormFault("the body is not multipart/form-data");
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))\s*(?:;|$)/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw new FormFault("the content type names no boundary");
  return boundary;
}

/** The field's name; only `\"` is an escape, as Walrus's publisher reads it. */
function nameOf(headers: string): string {
  const line = headers.split(LINE_END).find((one) => /^content-disposition\s*:/i.test(one)) ?? "";
  const parameters = /;\s*([\w-]+)\s*=\s*(?:"((?:\\"|[^"])*)"|([^\s;"]*))/g;
  for (const [, key, quoted, plain] of line.matchAll(parameters)) {
    if (key?.toLowerCase() === "name") return (quoted ?? plain ?? "").replaceAll('\\"', '"');
  }
  throw new FormFault("a part has no name");
}

/**
 * The parts of a `multipart/form-data` body (RFC 7578) that is in memory, without copying them. Node's own parser decodes parts without
 * a file name as text, which would change bytes that are not UTF-8, and refuses names that contain quotes.
 * @throws FormFault
 */
export function parseForm({
  body,
  contentType,
  maxParts,
}: {
  readonly body: Buffer;
  readonly contentType: string;
  readonly maxParts: number;
}): FormPart[] {
  const delimiter = `${LINE_END}--${boundaryOf(contentType)}`;
  const first = delimiter.slice(LINE_END.length);
  const parts: FormPart[] = [];
  let place: number;
  if (body.subarray(0, first.length).equals(Buffer.from(first))) place = first.length;
  else {
    const preamble = body.indexOf(delimiter);
    if (preamble < 0) throw new FormFault("the body does not hold its boundary");
    place = preamble + delimiter.length;
  }
  for (;;) {
    const lineEnd = body.indexOf(LINE_END, place);
    const rest = body.toString(
      "latin1",
      place,
      lineEnd < 0 ? Math.min(body.length, place + 2) : Math.min(lineEnd, place + 80),
    );
    if (rest.startsWith("--")) return parts;
    if (lineEnd < 0 || !/^[ \t]*$/.test(rest)) throw new FormFault("the body breaks off at a boundary");
    if (parts.length === maxParts) throw new FormFault(`more than ${maxParts} parts`);
    const headersEnd = body.indexOf(LINE_END + LINE_END, lineEnd);
    if (headersEnd < 0 || headersEnd - lineEnd > MAX_PART_HEADERS)
      throw new FormFault("the headers of a part do not end");
    const name = nameOf(body.toString("utf8", lineEnd + LINE_END.length, headersEnd));
    const start = headersEnd + 2 * LINE_END.length;
    // An empty part's delimiter begins with the line end that closes its headers.
    const end = body.indexOf(delimiter, start - LINE_END.length);
    if (end < 0) throw new FormFault("the last part does not end");
    parts.push({ name, bytes: body.subarray(start, Math.max(start, end)) });
    place = end + delimiter.length;
  }
}
