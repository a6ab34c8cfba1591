/** The path of a location of this machine. Locations are no URLs: a percent sign is one, as for Hadoop's file system. */
export function localPath(location) {
  if (!location.startsWith('file:///')) throw new Error(`${location} is not on this machine`)
  const path = location.slice('file://'.length)
  return process.platform === 'win32' ? path.slice(1) : path
}
