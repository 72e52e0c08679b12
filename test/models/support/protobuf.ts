import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

export type Write = (writer: BinaryWriter) => void;

/** A protobuf message of these fields: numbers as varints, the rest with their length before them. */
export function message(...fields: readonly (readonly [number, number | string | Uint8Array | Write])[]): Write {
  return (writer) => {
    for (const [number, value] of fields) {
      if (typeof value === "number") {
        writer.tag(number, WireType.Varint).int64(value);
        continue;
      }
      writer.tag(number, WireType.LengthDelimited);
      if (typeof value === "string") writer.string(value);
      else if (typeof value === "function") {
        writer.fork();
        value(writer);
        writer.join();
      } else writer.bytes(value);
    }
  };
}

export function bytesOf(write: Write): Uint8Array {
  const writer = new BinaryWriter();
  write(writer);
  return writer.finish();
}
