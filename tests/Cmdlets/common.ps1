# Dot-source this in BeforeAll of every test file: it imports the staged module.
# The module must have been built: dotnet build, or ./build.ps1.

$ErrorActionPreference = 'Stop'
$DeltaToolsRoot = (Resolve-Path "$PSScriptRoot/../..").Path
Import-Module "$DeltaToolsRoot/DeltaTools.psd1" -Force

# Connects a warehouse that nothing else uses, and writes its folder. Take it away with Remove-TestWarehouse.
function New-TestWarehouse {
    $path = Join-Path ([System.IO.Path]::GetTempPath()) "deltatools-$([guid]::NewGuid().ToString('n'))"
    Connect-IcebergCatalog -Warehouse $path
    $path
}

function Remove-TestWarehouse([string] $Path) {
    Get-IcebergCatalog | Disconnect-IcebergCatalog
    if (Test-Path $Path) { Remove-Item $Path -Recurse -Force }
}

# What tab completion offers at the end of the line, file names left out.
function Complete([string] $Line) {
    (TabExpansion2 -inputScript $Line -cursorColumn $Line.Length).CompletionMatches |
        Where-Object ResultType -EQ 'ParameterValue' |
        ForEach-Object CompletionText
}
