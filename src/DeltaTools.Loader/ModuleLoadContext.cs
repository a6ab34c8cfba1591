using System.Reflection;
using System.Runtime.Loader;

namespace DeltaTools.Loader;

/// <summary>Keeps Core and everything below it apart from the assemblies of the session and of other modules.</summary>
/// <remarks>What the folder does not have (the runtime, the PowerShell engine) is shared with the session.</remarks>
internal sealed class ModuleLoadContext(string core) : AssemblyLoadContext("DeltaTools")
{
    private readonly AssemblyDependencyResolver _resolver = new(core);

    /// <summary>The one assembly that the rest of the session may ask for.</summary>
    public Assembly Core => LoadFromAssemblyPath(core);

    protected override Assembly? Load(AssemblyName name) =>
        _resolver.ResolveAssemblyToPath(name) is { } path && File.Exists(path) ? LoadFromAssemblyPath(path) : null;

    protected override nint LoadUnmanagedDll(string name) =>
        _resolver.ResolveUnmanagedDllToPath(name) is { } path && File.Exists(path) ? LoadUnmanagedDllFromPath(path) : 0;
}
