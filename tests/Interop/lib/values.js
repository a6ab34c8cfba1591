// Values in the form of the expected rows: see ExpectedJson.cs.

export const hex = bytes => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')

export function bigEndian(bytes) {
  let value = 0n
  for (const byte of bytes) value = (value << 8n) | BigInt(byte)
  return BigInt.asIntN(bytes.length * 8, value)
}

export function floatText(value) {
  const view = new DataView(new ArrayBuffer(4))
  view.setFloat32(0, value)
  return Number.isNaN(value) ? '7fc00000' : view.getUint32(0).toString(16).padStart(8, '0')
}

export function doubleText(value) {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat64(0, value)
  return Number.isNaN(value) ? '7ff8000000000000' : view.getBigUint64(0).toString(16).padStart(16, '0')
}

export const typeName = type => typeof type === 'string' ? type.replace(/[[(].*/, '') : type.type

/** The value of a Parquet column that was read without its logical type, by the Iceberg type. */
export function fromParquet(type, value) {
  if (value === undefined || value === null) return null
  switch (typeName(type)) {
    case 'boolean': return value
    case 'int':
    case 'date': return Number(value)
    case 'float': return floatText(value)
    case 'double': return doubleText(value)
    case 'decimal': return String(value instanceof Uint8Array ? bigEndian(value) : value)
    case 'string': return Buffer.from(value).toString('utf8')
    case 'uuid':
    case 'fixed':
    case 'binary':
    case 'geometry': return hex(value)
    default: return String(value) // long, time, timestamps
  }
}

/** A value of single-value binary serialization: bounds. */
export function fromBound(type, bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  switch (typeName(type)) {
    case 'boolean': return bytes[0] !== 0
    case 'int':
    case 'date': return view.getInt32(0, true)
    case 'float': return floatText(view.getFloat32(0, true))
    case 'double': return doubleText(view.getFloat64(0, true))
    case 'decimal': return String(bigEndian(bytes))
    case 'string': return Buffer.from(bytes).toString('utf8')
    case 'uuid':
    case 'fixed':
    case 'binary':
    case 'geometry': return hex(bytes)
    default: return String(view.getBigInt64(0, true))
  }
}

/** A default value of the schema ("JSON single-value serialization"); only the types that the tests use. */
export function fromDefault(type, value) {
  if (value === undefined || value === null) return null
  if (['boolean', 'int', 'string'].includes(typeName(type))) return value
  throw new Error(`no default of type ${type} is expected`)
}

/** Something that < orders as Iceberg orders values; NaN is undefined. */
export function orderOf(type, value) {
  switch (typeName(type)) {
    case 'boolean': return Number(value)
    case 'int':
    case 'date': return value
    case 'float': {
      const number = Buffer.from(value, 'hex').readFloatBE()
      return Number.isNaN(number) ? undefined : number
    }
    case 'double': {
      const number = Buffer.from(value, 'hex').readDoubleBE()
      return Number.isNaN(number) ? undefined : number
    }
    case 'string': return Buffer.from(value, 'utf8').toString('hex')
    case 'uuid':
    case 'fixed':
    case 'binary':
    case 'geometry': return value
    default: return BigInt(value)
  }
}
