import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { Layer, Network } from "./network.ts";

// Field numbers and enum values of onnx.proto (ONNX IR version 8, operator set 13).
const IR_VERSION = 8;
const OPERATOR_SET = 13;
const FLOAT = 1;
const INT_ATTRIBUTE = 2;

type Message = (writer: BinaryWriter) => void;

function message(writer: BinaryWriter, field: number, write: Message): void {
  writer.tag(field, WireType.LengthDelimited).fork();
  write(writer);
  writer.join();
}

const text = (writer: BinaryWriter, field: number, value: string): BinaryWriter =>
  writer.tag(field, WireType.LengthDelimited).string(value);
const integer = (writer: BinaryWriter, field: number, value: number): BinaryWriter =>
  writer.tag(field, WireType.Varint).int64(value);

interface Node {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly axis?: number;
}

function writeNode(writer: BinaryWriter, { operator, inputs, output, axis }: Node): void {
  for (const input of inputs) text(writer, 1, input);
  text(writer, 2, output);
  text(writer, 3, output);
  text(writer, 4, operator);
  if (axis === undefined) return;
  message(writer, 5, (attribute) => {
    text(attribute, 1, "axis");
    integer(attribute, 3, axis);
    integer(attribute, 20, INT_ATTRIBUTE);
  });
}

function writeTensor(writer: BinaryWriter, name: string, dims: readonly number[], values: readonly number[]): void {
  for (const dim of dims) integer(writer, 1, dim);
  integer(writer, 2, FLOAT);
  text(writer, 8, name);
  const raw = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => raw.writeFloatLE(value, index * 4));
  writer.tag(9, WireType.LengthDelimited).bytes(raw);
}

function writeValueInfo(writer: BinaryWriter, name: string, dims: readonly (number | string)[]): void {
  text(writer, 1, name);
  message(writer, 2, (type) => {
    message(type, 1, (tensor) => {
      integer(tensor, 1, FLOAT);
      message(tensor, 2, (shape) => {
        for (const dim of dims) {
          message(shape, 1, (entry) => (typeof dim === "number" ? integer(entry, 1, dim) : text(entry, 2, dim)));
        }
      });
    });
  });
}

function writeLayer(graph: BinaryWriter, name: string, { weights, bias }: Layer): void {
  message(graph, 5, (tensor) => {
    writeTensor(tensor, `${name}.weights`, [weights.length, bias.length], weights.flat());
  });
  message(graph, 5, (tensor) => {
    writeTensor(tensor, `${name}.bias`, [bias.length], bias);
  });
}

/**
 * The network as an ONNX file: `features` float [N,4] -> Gemm -> Relu -> Gemm -> Softmax -> `probabilities` float [N,classes].
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export function encodeOnnx({ hidden, output }: Network): Uint8Array {
  const nodes: readonly Node[] = [
    { operator: "Gemm", inputs: ["features", "hidden.weights", "hidden.bias"], output: "hidden" },
    { operator: "Relu", inputs: ["hidden"], output: "activations" },
    { operator: "Gemm", inputs: ["activations", "output.weights", "output.bias"], output: "logits" },
    { operator: "Softmax", inputs: ["logits"], output: "probabilities", axis: 1 },
  ];
  const model = new BinaryWriter();
  integer(model, 1, IR_VERSION);
  text(model, 2, "scrimshaw-iris");
  message(model, 7, (graph) => {
    for (const node of nodes) {
      message(graph, 1, (writer) => {
        writeNode(writer, node);
      });
    }
    text(graph, 2, "iris");
    writeLayer(graph, "hidden", hidden);
    writeLayer(graph, "output", output);
    message(graph, 11, (value) => {
      writeValueInfo(value, "features", ["N", 4]);
    });
    message(graph, 12, (value) => {
      writeValueInfo(value, "probabilities", ["N", output.bias.length]);
    });
  });
  message(model, 8, (operators) => {
    integer(operators, 2, OPERATOR_SET);
  });
  return model.finish();
}
