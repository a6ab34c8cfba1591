// Reads tables with icebird as its users would. It fetches URLs, gives dates for times, numbers for decimals and text for bytes, so its
// rows are compared as far as that keeps them; parquet.js compares the rest. It knows no deletion vectors.
import { icebergRead } from 'icebird'
import { sanitize } from 'icebird/src/utils.js'
import { open, stat } from 'node:fs/promises'
import { localPath } from './location.js'
import { hex, typeName } from './values.js'

const overNetwork = globalThis.fetch

/** Files of this machine by their URLs, whole or in ranges; node's own fetch has no files. */
globalThis.fetch = async (url, options) => {
  if (!String(url).startsWith('file:')) return overNetwork(url, options)
  const path = localPath(String(url))
  const { size } = await stat(path)
  const range = new Headers(options?.headers).get('range')?.match(/^bytes=(\d+)-(\d*)$/)
  const start = range ? Number(range[1]) : 0
  const end = range?.[2] ? Math.min(Number(range[2]) + 1, size) : size
  const buffer = Buffer.alloc(end - start)
  const file = await open(path)
  try {
    await file.read(buffer, 0, buffer.length, start)
  } finally {
    await file.close()
  }
  return new Response(buffer, { status: range ? 206 : 200, headers: { 'content-length': String(buffer.length) } })
}

/** The rows of a snapshot as arrays under its schema. */
export async function readWithIcebird(metadata, snapshotId, schema) {
  const at = { ...metadata, 'current-snapshot-id': snapshotId, 'current-schema-id': schema['schema-id'] }
  const rows = await icebergRead({ tableUrl: metadata.location, metadata: at })
  return rows.map(row => schema.fields.map(f => fromIcebird(f.type, row[f.name])))
}

function fromIcebird(type, value) {
  if (value === undefined || value === null) return null
  switch (typeName(type)) {
    case 'struct': return type.fields.map(f => fromIcebird(f.type, value[sanitize(f.name)]))
    case 'list': return value.map(v => fromIcebird(type.element, v))
    case 'map': return Object.entries(value).map(([k, v]) => [k, fromIcebird(type.value, v)]).sort(byKey)
    case 'date': return value.getTime() / 86_400_000
    case 'timestamp':
    case 'timestamptz':
    case 'timestamp_ns':
    case 'timestamptz_ns': return value.getTime()
    case 'float':
    case 'double': return numberText(value)
    case 'decimal': return value.toPrecision(12)
    case 'uuid': return value instanceof Uint8Array ? hex(value) : value.replaceAll('-', '')
    case 'fixed':
    case 'binary':
    case 'geometry': return 'bytes'
    case 'long':
    case 'time': return String(value)
    default: return value
  }
}

/** What {@link readWithIcebird} must give for an expected value. */
export function coarse(type, value) {
  if (value === null) return null
  switch (typeName(type)) {
    case 'struct': return type.fields.map((f, i) => coarse(f.type, value[i]))
    case 'list': return value.map(v => coarse(type.element, v))
    case 'map': return value.map(([k, v]) => [String(k), coarse(type.value, v)]).sort(byKey)
    case 'timestamp':
    case 'timestamptz': return Number(BigInt(value) / 1000n)
    case 'timestamp_ns':
    case 'timestamptz_ns': return Number(BigInt(value) / 1_000_000n)
    case 'float': return numberText(Buffer.from(value, 'hex').readFloatBE())
    case 'double': return numberText(Buffer.from(value, 'hex').readDoubleBE())
    case 'decimal': return (Number(value) * 10 ** -Number(type.match(/(\d+)\)$/)[1])).toPrecision(12)
    case 'fixed':
    case 'binary':
    case 'geometry': return 'bytes'
    default: return value
  }
}

const numberText = value => Object.is(value, -0) ? '-0' : String(value)

const byKey = ([a], [b]) => a < b ? -1 : a > b ? 1 : 0
