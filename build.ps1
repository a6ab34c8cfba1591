<#
.SYNOPSIS
Builds, tests and packages DeltaTools: a thin layer over dotnet.
.EXAMPLE
./build.ps1
Builds the solution and stages the module, so that Import-Module ./DeltaTools.psd1 works.
.EXAMPLE
./build.ps1 -Task Package
Stages out/DeltaTools/<version>, the folder that Publish-PSResource -Path takes.
#>
[CmdletBinding()]
param(
    [ValidateSet('Build', 'Test', 'Package', 'Clean')]
    [string] $Task = 'Build',

    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = ($Task -eq 'Package' ? 'Release' : 'Debug')
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

function Invoke-Dotnet {
    dotnet @args
    if ($LASTEXITCODE -ne 0) { throw "dotnet $args ended with exit code $LASTEXITCODE." }
}

function Build {
    Invoke-Dotnet build "$PSScriptRoot/DeltaTools.sln" --configuration $Configuration
}

function Test {
    Invoke-Dotnet test "$PSScriptRoot/DeltaTools.sln" --configuration $Configuration
    # The Pester files need the gallery's Pester; they are skipped where it is not installed.
    if (Get-Module Pester -ListAvailable | Where-Object Version -GE '5.5') {
        Import-Module Pester -MinimumVersion 5.5
        $pester = Invoke-Pester -Path "$PSScriptRoot/tests/Cmdlets" -PassThru
        if ($pester.FailedCount -gt 0) { throw "$($pester.FailedCount) Pester tests failed." }
    }
}

function Package {
    Build
    $version = (Import-PowerShellDataFile "$PSScriptRoot/DeltaTools.psd1").ModuleVersion
    $folder = "$PSScriptRoot/out/DeltaTools/$version"
    if (Test-Path $folder) { Remove-Item $folder -Recurse -Force }
    $null = New-Item $folder -ItemType Directory -Force
    Copy-Item "$PSScriptRoot/DeltaTools.psd1", "$PSScriptRoot/LICENSE", "$PSScriptRoot/README.md" $folder
    Copy-Item "$PSScriptRoot/module" $folder -Recurse
    # Get-Help finds about topics only beside the manifest.
    Move-Item "$folder/module/en-US" $folder
    Test-ModuleManifest "$folder/DeltaTools.psd1" | Out-Null
    Write-Output $folder
}

function Clean {
    Get-ChildItem "$PSScriptRoot/src", "$PSScriptRoot/tests" -Directory |
        ForEach-Object { "$_/bin", "$_/obj" } |
        Where-Object { Test-Path $_ } |
        Remove-Item -Recurse -Force
    "$PSScriptRoot/module/bin", "$PSScriptRoot/out" | Where-Object { Test-Path $_ } | Remove-Item -Recurse -Force
}

& $Task
