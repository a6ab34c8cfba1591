using System.Runtime.CompilerServices;

namespace DeltaTools.Module.Tests.Harness;

internal static class EngineStart
{
    /// <summary>The engine reads it when its first type loads.</summary>
    [ModuleInitializer]
    internal static void Initialize() => Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");
}
