using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace DeltaTools.Loader;

/// <summary>Answers for <c>DeltaTools.Core</c>, and for nothing else, from the first import on.</summary>
/// <remarks>
/// The manifest lists this assembly before the cmdlets, whose public types need Core as soon as PowerShell looks at them.
/// The answer outlives <c>Remove-Module</c>: the cmdlets' assembly stays loaded too, and other runspaces may still use it.
/// </remarks>
public sealed class ModuleInitializer : IModuleAssemblyInitializer
{
    private const string CoreName = "DeltaTools.Core";

    private static readonly string CorePath =
        Path.Join(Path.GetDirectoryName(typeof(ModuleInitializer).Assembly.Location), "dependencies", CoreName + ".dll");

    private static readonly Lazy<Assembly> Core = new(() => new ModuleLoadContext(CorePath).Core);

    private static int _hooked;

    public void OnImport()
    {
        if (Interlocked.Exchange(ref _hooked, 1) == 0) AssemblyLoadContext.Default.Resolving += Resolve;
    }

    // A missing file must end in null: loading it would raise this very event again, without end.
    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name) =>
        name.Name == CoreName && File.Exists(CorePath) ? Core.Value : null;
}
