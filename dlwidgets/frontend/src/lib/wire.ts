/** Arrays on the wire: the other half of `widgets/wire.py`. Nothing else knows the encoding. */

const constructors = {
  bool: Uint8Array,
  uint8: Uint8Array,
  int8: Int8Array,
  uint16: Uint16Array,
  int16: Int16Array,
  uint32: Uint32Array,
  int32: Int32Array,
  uint64: BigUint64Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** The element types that travel. */
export type Dtype = keyof typeof constructors;

/** The typed array of an element type. */
export type Typed<D extends Dtype> = InstanceType<(typeof constructors)[D]>;

/** A message's binary part, as Jupyter's front ends (and `ArrayBuffer`) hand it over. */
export type Buffer = ArrayBufferView | ArrayBuffer;

/** An array as a trait carries it: row-major, little-endian. */
export interface WireArray<D extends Dtype = Dtype> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: Buffer;
}

/** Reads a buffer as `dtype`; copies, because a slice of a message may start at any byte. */
export function read<D extends Dtype>(dtype: D, buffer: Buffer): Typed<D> {
  if (!(dtype in constructors)) {
    throw new TypeError(`unknown dtype "${dtype}"; one of ${Object.keys(constructors).join(", ")}`);
  }
  const kind = constructors[dtype];
  const view = ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
  if (view.byteLength % kind.BYTES_PER_ELEMENT !== 0) {
    throw new RangeError(`${view.byteLength} bytes are no whole number of ${dtype} values`);
  }
  return new kind(view.slice().buffer) as Typed<D>;
}

/** The elements of a wire array, checked against its shape. */
export function unpack<D extends Dtype>(array: WireArray<D>): Typed<D> {
  const values = read(array.dtype, array.data);
  const wanted = array.shape.reduce((product, size) => product * size, 1);
  if (values.length !== wanted) {
    throw new RangeError(
      `shape [${array.shape}] needs ${wanted} values of ${array.dtype}, got ${values.length}`,
    );
  }
  return values;
}

const unpacked = new WeakMap<WireArray, unknown>();

/** The elements of a trait, unpacked once: as long as the trait is the same, so are they. */
export function held<D extends Dtype>(array: WireArray<D>): Typed<D> {
  if (!unpacked.has(array)) unpacked.set(array, unpack(array));
  return unpacked.get(array) as Typed<D>;
}

/** Wraps a typed array for the way to Python. */
export function pack<D extends Dtype>(
  dtype: D,
  values: Typed<D>,
  shape: readonly number[] = [values.length],
): WireArray<D> {
  return { dtype, shape, data: values };
}

/** Takes the arrays out of a message, however deep, since JSON can't carry them. */
export function detach(value: unknown): { value: unknown; buffers: ArrayBufferView[] } {
  const buffers: ArrayBufferView[] = [];
  const walk = (item: unknown): unknown => {
    if (Array.isArray(item)) return item.map(walk);
    if (typeof item !== "object" || item === null) return item;
    const entries = Object.entries(item).map(([key, inner]): [string, unknown] => {
      if (!ArrayBuffer.isView(inner)) return [key, walk(inner)];
      // Python puts the buffer of this number back in its place.
      return [key, buffers.push(inner) - 1];
    });
    return Object.fromEntries(entries);
  };
  return { value: walk(value), buffers };
}
