// Deletion vectors, read as the specification describes them ("Deletion vector blob type").
import { readFile } from 'node:fs/promises'
import { localPath } from './location.js'

const MAGIC = 'PFA1'
const VECTOR_MAGIC = 'd1d33964'
const NO_RUNS = 12346
const RUNS = 12347

export async function readPuffin(location) {
  const bytes = await readFile(localPath(location))
  const magic = at => bytes.toString('latin1', at, at + 4)
  if (magic(0) !== MAGIC || magic(bytes.length - 4) !== MAGIC) throw new Error('no Puffin file')
  const size = bytes.readInt32LE(bytes.length - 12)
  const start = bytes.length - 12 - size
  if (magic(start - 4) !== MAGIC) throw new Error('no magic before the footer')
  return { bytes, footer: JSON.parse(bytes.toString('utf8', start, start + size)) }
}

/** The positions of the vector that a manifest entry points to. */
export async function readVector(file) {
  const { bytes, footer } = await readPuffin(file.file_path)
  const blob = footer.blobs.find(b => BigInt(b.offset) === file.content_offset)
  if (blob?.type !== 'deletion-vector-v1') throw new Error('no deletion vector there')
  if (blob.properties['referenced-data-file'] !== file.referenced_data_file) throw new Error('the blob is about another data file')
  const data = bytes.subarray(Number(file.content_offset), Number(file.content_offset + file.content_size_in_bytes))
  if (data.length !== blob.length) throw new Error('the blob has another length')
  const length = data.readInt32BE(0)
  if (length !== data.length - 8) throw new Error('the vector has another length')
  const checked = data.subarray(4, 4 + length)
  if (checked.toString('hex', 0, 4) !== VECTOR_MAGIC) throw new Error('no magic of deletion vectors')
  if (crc32(checked) !== data.readUInt32BE(4 + length)) throw new Error('the checksum is wrong')
  const positions = roaring64(checked.subarray(4))
  if (String(positions.length) !== blob.properties.cardinality || BigInt(positions.length) !== file.record_count)
    throw new Error('the cardinality is wrong')
  return positions
}

function crc32(bytes) {
  let crc = -1
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}

function roaring64(bytes) {
  const count = Number(bytes.readBigUInt64LE(0))
  const positions = []
  let at = 8
  for (let i = 0; i < count; i++) {
    const high = BigInt(bytes.readUInt32LE(at)) << 32n
    at = roaring32(bytes, at + 4, low => positions.push(high | BigInt(low)))
  }
  if (at !== bytes.length) throw new Error('bytes follow the bitmap')
  return positions
}

function roaring32(bytes, at, add) {
  const cookie = bytes.readUInt32LE(at)
  const start = at
  let size
  let isRun = () => false
  if ((cookie & 0xffff) === RUNS) {
    size = (cookie >>> 16) + 1
    const flags = bytes.subarray(at + 4, at + 4 + ((size + 7) >> 3))
    isRun = i => (flags[i >> 3] & (1 << (i & 7))) !== 0
    at += 4 + flags.length
  } else if (cookie === NO_RUNS) {
    size = bytes.readUInt32LE(at + 4)
    at += 8
  } else throw new Error('no roaring bitmap')
  const heads = Array.from({ length: size }, (_, i) => [bytes.readUInt16LE(at + 4 * i), bytes.readUInt16LE(at + 4 * i + 2) + 1])
  at += 4 * size
  if (cookie === NO_RUNS || size >= 4) {
    for (let i = 0, place = at + 4 * size; i < size; i++) {
      if (bytes.readUInt32LE(at + 4 * i) < place - start) throw new Error('a container overlaps')
    }
    at += 4 * size
  }
  heads.forEach(([key, cardinality], i) => {
    const base = key * 65536
    if (isRun(i)) {
      const runs = bytes.readUInt16LE(at)
      at += 2
      for (let r = 0; r < runs; r++, at += 4) {
        const first = bytes.readUInt16LE(at)
        for (let k = 0; k <= bytes.readUInt16LE(at + 2); k++) add(base + first + k)
      }
    } else if (cardinality > 4096) {
      for (let bit = 0; bit < 65536; bit++) if (bytes[at + (bit >> 3)] & (1 << (bit & 7))) add(base + bit)
      at += 8192
    } else {
      for (let k = 0; k < cardinality; k++, at += 2) add(base + bytes.readUInt16LE(at))
    }
  })
  return at
}
