using System.Text.Json.Nodes;

namespace DeltaTools.TestServers.Athena;

/// <summary>A work group and what it lays down.</summary>
public sealed record AthenaWorkGroup(string Name)
{
    public string? OutputLocation { get; init; }

    /// <summary>Whether its settings count, whatever queries ask for.</summary>
    public bool Enforced { get; init; }

    public bool ManagedResults { get; init; }

    public bool Disabled { get; init; }

    public long? BytesScannedCutoff { get; init; }

    internal JsonObject ToJson()
    {
        var configuration = new JsonObject
        {
            ["EnforceWorkGroupConfiguration"] = Enforced,
            ["EngineVersion"] = new JsonObject { ["SelectedEngineVersion"] = "AUTO", ["EffectiveEngineVersion"] = "Athena engine version 3" },
        };
        if (OutputLocation is not null) configuration["ResultConfiguration"] = new JsonObject { ["OutputLocation"] = OutputLocation };
        if (ManagedResults) configuration["ManagedQueryResultsConfiguration"] = new JsonObject { ["Enabled"] = true };
        if (BytesScannedCutoff is { } cutoff) configuration["BytesScannedCutoffPerQuery"] = cutoff;
        return new JsonObject { ["Name"] = Name, ["State"] = Disabled ? "DISABLED" : "ENABLED", ["Configuration"] = configuration };
    }
}
