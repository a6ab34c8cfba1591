// Partition transforms over values in the form of values.js ("Partition Transforms", appendix B).
import { typeName } from './values.js'

const DAY_MICROS = 86_400_000_000n

export function transform(name, type, value) {
  if (value === null || name === 'void') return null
  const width = Number(name.match(/\[(\d+)\]/)?.[1])
  switch (name.replace(/\[.*/, '')) {
    case 'identity': return value
    case 'bucket': return (murmur3(hashBytes(type, value)) & 0x7fffffff) % width
    case 'truncate': return truncate(type, value, width)
    case 'hour': return Number(floorDiv(micros(type, value), 3_600_000_000n))
    case 'day': return days(type, value)
    case 'month': { const d = new Date(days(type, value) * 86_400_000); return (d.getUTCFullYear() - 1970) * 12 + d.getUTCMonth() }
    case 'year': return new Date(days(type, value) * 86_400_000).getUTCFullYear() - 1970
    default: throw new Error(`unknown transform ${name}`)
  }
}

/** The type of a transform's result, as far as its form matters. */
export const resultType = (name, type) => /^(identity|truncate)/.test(name) ? type : 'int'

const days = (type, value) => typeName(type) === 'date' ? value : Number(floorDiv(micros(type, value), DAY_MICROS))

const micros = (type, value) => /_ns$/.test(type) ? floorDiv(BigInt(value), 1000n) : BigInt(value)

const floorDiv = (a, b) => a / b - (a % b < 0n ? 1n : 0n)

function truncate(type, value, width) {
  switch (typeName(type)) {
    case 'int': return Number(BigInt(value) - mod(BigInt(value), BigInt(width)))
    case 'long':
    case 'decimal': return String(BigInt(value) - mod(BigInt(value), BigInt(width)))
    case 'string': return [...value].slice(0, width).join('')
    case 'binary': return value.slice(0, 2 * width)
    default: throw new Error(`truncate of ${type}`)
  }
}

const mod = (a, b) => ((a % b) + b) % b

function hashBytes(type, value) {
  const long = number => { const b = Buffer.alloc(8); b.writeBigInt64LE(BigInt(number)); return b }
  switch (typeName(type)) {
    case 'string': return Buffer.from(value, 'utf8')
    case 'uuid':
    case 'fixed':
    case 'binary': return Buffer.from(value, 'hex')
    case 'decimal': return unscaledBytes(BigInt(value))
    case 'timestamp_ns':
    case 'timestamptz_ns': return long(micros(type, value))
    default: return long(value)
  }
}

/** The shortest two's complement, big-endian. */
function unscaledBytes(value) {
  let size = 1
  while (BigInt.asIntN(8 * size, value) !== value) size++
  const text = BigInt.asUintN(8 * size, value).toString(16).padStart(2 * size, '0')
  return Buffer.from(text, 'hex')
}

function murmur3(bytes) {
  const rotate = (x, n) => (x << n) | (x >>> (32 - n))
  const scramble = k => Math.imul(rotate(Math.imul(k, 0xcc9e2d51), 15), 0x1b873593)
  let h = 0
  const whole = bytes.length & ~3
  for (let i = 0; i < whole; i += 4) h = (Math.imul(rotate(h ^ scramble(bytes.readInt32LE(i)), 13), 5) + 0xe6546b64) | 0
  let tail = 0
  for (let i = bytes.length - 1; i >= whole; i--) tail = (tail << 8) | bytes[i]
  if (bytes.length > whole) h ^= scramble(tail)
  h ^= bytes.length
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}
