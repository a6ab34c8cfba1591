// Reads a snapshot by the specification, exactly: data files, positions that are deleted, defaults, row lineage.
import { defaultOf, openParquet, rawRows, readRows } from './parquet.js'
import { readVector } from './puffin.js'
import { readFiles } from './table.js'

const scans = new Map()

/** Scans once for all tests of a snapshot. @returns the live data files with their rows: `{ file, parquet, rows, live, rowIds }`, and the number of deletion vectors */
export function scan(metadata, snapshot, schema) {
  const key = metadata.location + snapshot['snapshot-id']
  if (!scans.has(key)) scans.set(key, scanOnce(metadata, snapshot, schema))
  return scans.get(key)
}

async function scanOnce(metadata, snapshot, schema) {
  const files = await readFiles(metadata, snapshot)
  const deletes = files.filter(f => f.content !== 0)
  const vectors = new Map()
  const positions = new Map() // path -> [{ sequenceNumber, pos }]
  for (const file of deletes) {
    if (file.content !== 1) throw new Error('no equality deletes are written')
    if (file.file_format.toLowerCase() === 'puffin') {
      if (vectors.has(file.referenced_data_file)) throw new Error(`two deletion vectors for ${file.referenced_data_file}`)
      vectors.set(file.referenced_data_file, { ...file, positions: await readVector(file) })
      continue
    }
    const parquet = await openParquet(file.file_path)
    const [path, pos] = [2147483546, 2147483545].map(id => parquet.tree.children.find(c => c.id === id))
    let last = ''
    for (const row of await rawRows(parquet)) {
      const data = Buffer.from(row[path.name]).toString()
      const key = data + String(row[pos.name]).padStart(20, '0')
      if (key <= last) throw new Error(`${file.file_path} is not sorted`)
      last = key
      if (file.referenced_data_file && file.referenced_data_file !== data) throw new Error(`${file.file_path} is about another file`)
      if (!positions.has(data)) positions.set(data, [])
      positions.get(data).push({ sequenceNumber: file.sequenceNumber, pos: row[pos.name] })
    }
  }
  const data = []
  for (const file of files.filter(f => f.content === 0)) {
    const parquet = await openParquet(file.file_path)
    const stored = await readRows(parquet, schema)
    const rows = stored.map(row => row.map((value, i) => value === undefined ? defaultOf(schema.fields[i]) : value))
    const vector = vectors.get(file.file_path)
    const gone = new Set(vector ? vector.positions
      : (positions.get(file.file_path) ?? []).filter(d => file.sequenceNumber <= d.sequenceNumber).map(d => d.pos))
    const live = rows.map((_, i) => !gone.has(BigInt(i)))
    data.push({ file, parquet, rows, live, rowIds: await rowIds(parquet, file, rows.length) })
  }
  return { data, vectors: vectors.size }
}

async function rowIds(parquet, file, count) {
  const column = parquet.tree.children.find(c => c.id === 2147483540)
  const stored = column ? (await rawRows(parquet)).map(r => r[column.name]) : []
  return Array.from({ length: count }, (_, i) => stored[i] ?? (file.firstRowId === null ? null : file.firstRowId + BigInt(i)))
}
